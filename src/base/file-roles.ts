/**
 * What single files of the kernel and the machine are, for those who treat a file by what it is: the build and its
 * checks, the compiler, and whoever reads a call chain. A file that is not listed is plain code, which is checked,
 * compiled and blamed like any other. Who renames a file renames it here.
 */

export const KERNEL_FOLDER = 'src/kernel';
export const MACHINE_FOLDER = 'src/machine';
/** The part of the checkers that is compiled in. */
export const COMPILED_CHECKS = 'src/check/compiled';

interface FileRole {
  /** Holds data instead of code: no subset, evaluated at build time and gone afterwards. */
  readonly table?: true;
  /** Stays as it is, whatever is compiled, and is imported: what throws faults, and what no thread that steps chooses. */
  readonly imported?: true;
  /** Says that something is wrong: the line that calls it is noted, and its own frames tell nothing of the bug. */
  readonly reports?: true;
  /** The stepped machine answers its functions itself. */
  readonly answered?: true;
  /** Its functions, or those named, are tools: a bug is in who called them. */
  readonly tool?: true | readonly string[];
  /** Its functions are numbered behind all others, so that recordings from before there were any stay what they are. */
  readonly late?: true;
  /** Works on objects that are free. */
  readonly allocator?: true;
}

const roles: ReadonlyMap<string, FileRole> = new Map<string, FileRole>([
  [`${KERNEL_FOLDER}/caches.ts`, { table: true }],
  [`${KERNEL_FOLDER}/fault-inject.ts`, { tool: true, late: true }],
  [`${KERNEL_FOLDER}/fault-sites.ts`, { table: true }],
  [`${KERNEL_FOLDER}/layout.ts`, { table: true }],
  [`${KERNEL_FOLDER}/locks.ts`, { table: true }],
  [`${KERNEL_FOLDER}/profiles.ts`, { table: true }],
  [`${KERNEL_FOLDER}/syscall-numbers.ts`, { table: true }],
  [`${KERNEL_FOLDER}/context.ts`, { tool: true }],
  [`${KERNEL_FOLDER}/list.ts`, { tool: true }],
  [`${KERNEL_FOLDER}/rcu.ts`, { tool: true, allocator: true }],
  [`${KERNEL_FOLDER}/rcu-callbacks.ts`, { allocator: true }],
  [`${KERNEL_FOLDER}/sched.ts`, { tool: ['wake_up', 'wake_up_locked'] }],
  [`${KERNEL_FOLDER}/signal.ts`, { tool: ['lock_task_sighand'] }],
  [`${KERNEL_FOLDER}/slab.ts`, { tool: true, allocator: true }],
  [`${KERNEL_FOLDER}/waitqueue.ts`, { tool: true }],
  [`${MACHINE_FOLDER}/chosen-locks.ts`, { imported: true }],
  [`${MACHINE_FOLDER}/fault.ts`, { imported: true, reports: true }],
  [`${MACHINE_FOLDER}/tick.ts`, { imported: true }],
  [`${MACHINE_FOLDER}/trace.ts`, { answered: true }],
  [`${MACHINE_FOLDER}/warning.ts`, { imported: true, reports: true, answered: true }],
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

/** True for the files by which the machine says that something is wrong. */
export const isReport = (path: string): boolean => roleOf(path)?.reports === true;

/** True for a file, by its short name, whose functions the stepped machine answers itself. */
export const isAnswered = (name: string): boolean => roleOfName.get(name)?.answered === true;

/** True for a file, by its short name, whose functions are numbered behind all others. */
export const isLate = (name: string): boolean => roleOfName.get(name)?.late === true;

/** True for a function in which no bug is: anything of the machine, and tools of the kernel. */
export function isTool(path: string, called: string): boolean {
  const tool = roleOf(path)?.tool;
  return tool === true || tool?.includes(called) === true || path.includes(`${MACHINE_FOLDER}/`);
}

export const isAllocator = (path: string): boolean => roleOf(path)?.allocator === true;
