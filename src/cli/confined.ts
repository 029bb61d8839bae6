/** How a process is started that may read files, write to a few paths, and do nothing else. */
import { existsSync } from 'node:fs';
import type { Confinement } from './protocol.ts';

/** The permission model of Node is called by another name up to 22.12. */
function permissionFlag(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13)
    ? '--permission'
    : '--experimental-permission';
}

/** Bytes of stack: what the first thread of a command has. */
const STACK_KB = 7_800;

/** A directory that is there stands for all in it, and Node 20 dies of being told so twice. */
const writing = (path: string): string[] => (existsSync(path) ? [path] : [path, `${path}/*`]);

/** Arguments of Node in front of the script's own. A path stands for what lies below it, too. */
export const confinedArguments = ({ writes, threads = false }: Confinement): string[] => [
  '--no-warnings',
  `--stack-size=${STACK_KB}`,
  permissionFlag(),
  // The parser is one; what is explored has no way to load another, but through holes of the language.
  '--allow-addons',
  '--allow-fs-read=*',
  ...(threads ? ['--allow-worker'] : []),
  ...writes.flatMap(writing).map((path) => `--allow-fs-write=${path}`),
];
