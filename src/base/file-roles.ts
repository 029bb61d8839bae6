/**
 * What single files of the kernel and the machine are, for those who treat a file by what it is: the build and its
 * checks, the compiler, and whoever reads a call chain. A file that is not listed is plain code, which is checked,
 * compiled and blamed like any other. Who renames a file renames it here.
 */

export const KERNEL_FOLDER = 'src/kernel';
export const MACHINE_FOLDER = 'src/machine';

interface FileRole {
  /** Holds data instead of code: no subset, evaluated at build time and gone afterwards. */
  readonly table?: true;
  /** Stays as it is, whatever is compiled, and is imported: what throws faults, and what no thread that steps chooses. */
  readonly imported?: true;
  /** A call may stop the machine, so the line it is called from is noted first. */
  readonly stops?: true;
  /** Functions that the stepped machine answers itself; true for all of them. */
  readonly answered?: true | readonly string[];
  /** Its functions are tools: a bug is in who called them. */
  readonly tool?: true;
  /** Works on objects that are free. */
  readonly allocator?: true;
}

const roles: ReadonlyMap<string, FileRole> = new Map<string, FileRole>([
  [`${KERNEL_FOLDER}/caches.ts`, { table: true }],
  [`${KERNEL_FOLDER}/layout.ts`, { table: true }],
  [`${KERNEL_FOLDER}/locks.ts`, { table: true }],
  [`${KERNEL_FOLDER}/syscall-numbers.ts`, { table: true }],
  [`${KERNEL_FOLDER}/context.ts`, { tool: true }],
  [`${KERNEL_FOLDER}/list.ts`, { tool: true }],
  [`${KERNEL_FOLDER}/slab.ts`, { tool: true, allocator: true }],
  [`${KERNEL_FOLDER}/waitqueue.ts`, { tool: true }],
  [`${MACHINE_FOLDER}/chosen-locks.ts`, { imported: true }],
  [`${MACHINE_FOLDER}/fault.ts`, { imported: true, stops: true, answered: ['warn'] }],
  [`${MACHINE_FOLDER}/trace.ts`, { answered: true }],
]);

const PATH = /(?:^|\/)(src\/(?:kernel|machine)\/[\w.-]+?)\.(?:ts|js)$/;

/** The kernel's or the machine's file at a path, source or built, by its source: `src/kernel/fs.ts`. */
export function sourceFile(path: string): string | undefined {
  const found = PATH.exec(path)?.[1];
  return found && `${found}.ts`;
}

const roleOf = (path: string): FileRole | undefined => roles.get(sourceFile(path) ?? '');

/** By the names that the compiler has for files of the machine, as `trace.js`: what a user's file is called is a path. */
const roleOfName: ReadonlyMap<string, FileRole> = new Map(
  [...roles].map(([file, role]) => [file.slice(file.lastIndexOf('/') + 1).replace(/\.ts$/, '.js'), role]),
);

export const isTable = (path: string): boolean => path.endsWith('.d.ts') || roleOf(path)?.table === true;

/** True for files that are imported by what is compiled: tables, and those that stay as they are. */
export const isImported = (path: string): boolean => isTable(path) || roleOf(path)?.imported === true;

export const mayStop = (path: string): boolean => roleOf(path)?.stops === true;

/** True for a function, by its file's short name, that the stepped machine answers itself. */
export function isAnswered(name: string, called: string): boolean {
  const answered = roleOfName.get(name)?.answered;
  return answered === true || answered?.includes(called) === true;
}

/** True where a bug is not: anywhere in the machine, and in tools of the kernel. */
export const isTool = (path: string): boolean => roleOf(path)?.tool === true || path.includes(`${MACHINE_FOLDER}/`);

export const isAllocator = (path: string): boolean => roleOf(path)?.allocator === true;
