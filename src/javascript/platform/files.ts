/**
 * What node:fs answers: looks at the program's own folder and at packages, and nothing else of it. It is read as it is, so
 * all that was looked at belongs to the recording; nothing is written, and times are not told, for they change by themselves.
 */
import { constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { absentModule } from './absent.ts';
import { noted } from './marks.ts';
import type { Realm } from './realm.ts';
import { refuse } from './refused.ts';
import { packageOf } from './resolve.ts';

const LOOKS = 'explored code looks at its own folder and at packages alone, and writes nothing';

/** node:fs of an agent. */
export function makeFiles({ shared }: Realm): object {
  const folder = packageOf(dirname(shared.main))?.folder ?? dirname(shared.main);
  const seen = (path: unknown, what: string): string => {
    const file = pathOf(path, shared.cwd, what);
    // A link may lead out of it.
    const real = existsSync(file) ? realpathSync(file) : file;
    if (![file, real].every((one) => isWithin(one, folder)))
      refuse(`node:fs (${what}) does not tell of ${file}: ${LOOKS}`);
    noted(file);
    return file;
  };
  return {
    ...absentModule('fs'),
    constants,
    F_OK: constants.F_OK,
    R_OK: constants.R_OK,
    W_OK: constants.W_OK,
    X_OK: constants.X_OK,
    existsSync: (path: unknown) => existsSync(seen(path, 'existsSync')),
    statSync: (path: unknown, options?: { throwIfNoEntry?: boolean }) => {
      const file = seen(path, 'statSync');
      if (!existsSync(file)) return options?.throwIfNoEntry === false ? undefined : missing('stat', file);
      return statsOf(file);
    },
    accessSync: (path: unknown, mode: number = constants.F_OK) => {
      if ((mode & ~(constants.F_OK | constants.R_OK)) !== 0)
        refuse(`node:fs (accessSync) only tells what can be read: ${LOOKS}`);
      const file = seen(path, 'accessSync');
      if (!existsSync(file)) missing('access', file);
    },
    readFileSync: (path: unknown, options?: BufferEncoding | { encoding?: BufferEncoding | null } | null) => {
      const file = seen(path, 'readFileSync');
      if (!existsSync(file)) missing('open', file);
      const encoding = typeof options === 'string' ? options : options?.encoding;
      return readFileSync(file, encoding);
    },
    realpathSync: Object.assign((path: unknown) => realpathSync(seen(path, 'realpathSync')), {
      native: (path: unknown) => realpathSync(seen(path, 'realpathSync.native')),
    }),
  };
}

function pathOf(path: unknown, cwd: string, what: string): string {
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path === 'string') return resolve(cwd, path);
  return refuse(`node:fs (${what}) takes a path or a URL here: ${LOOKS}`);
}

/** In the program's folder, or where packages lie for it: beside it or above. */
function isWithin(file: string, folder: string): boolean {
  if (isBelow(file, folder)) return true;
  for (let at = folder; ; at = dirname(at)) {
    if (isBelow(file, join(at, 'node_modules')) || file === join(at, 'package.json')) return true;
    if (at === dirname(at)) return false;
  }
}

function isBelow(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way === '' || (!way.startsWith('..') && !way.startsWith('/'));
}

function missing(call: string, path: string): never {
  const error = new Error(`ENOENT: no such file or directory, ${call} '${path}'`);
  throw Object.assign(error, { errno: -2, syscall: call, code: 'ENOENT', path });
}

const is = (holds: boolean) => (): boolean => holds;

/** What does not change by itself. */
function statsOf(file: string): object {
  const found = statSync(file);
  const stats = {
    size: found.size,
    isFile: is(found.isFile()),
    isDirectory: is(found.isDirectory()),
    isSymbolicLink: is(false),
    isFIFO: is(found.isFIFO()),
    isSocket: is(found.isSocket()),
    isBlockDevice: is(found.isBlockDevice()),
    isCharacterDevice: is(found.isCharacterDevice()),
  };
  const times = ['atime', 'mtime', 'ctime', 'birthtime'];
  for (const name of [...times, ...Object.keys(found)]) {
    if (name in stats) continue;
    const get = (): never => refuse(`node:fs (statSync) does not tell ${name}: it may be another the next time`);
    Object.defineProperty(stats, name, { get, enumerable: false });
  }
  return stats;
}
