/** What the system says when a file cannot be read or written, in words for people. */

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EAGAIN: 'not ready, try again',
  EBADF: 'it is not open',
  EBUSY: 'in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it is there already',
  EFBIG: 'larger than a file may become here',
  EINVAL: 'the system refuses it',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a directory',
  ELOOP: 'its links go round in circles',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many open files on this machine',
  ENODEV: 'there is no such device',
  ENOENT: 'there is no such file or directory',
  ENOMEM: 'out of memory',
  ENOSPC: 'no space left on the disk',
  ENOTCONN: 'the disk is gone',
  ENOTDIR: 'a part of its path is no directory',
  ENXIO: 'there is no such device',
  EPERM: 'not permitted',
  EPIPE: 'nobody reads it any more',
  EROFS: 'the file system is read-only',
  ESTALE: 'the disk is gone',
  ETXTBSY: 'in use',
};

/** True for what the system said, as opposed to Node (ERR_...) or a mistake of our own. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code));
}

/** `no space left on the disk (ENOSPC)` */
export function inWords(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  const code = error.code ?? 'unknown';
  return `${WORDS[code] ?? 'the system refuses it'} (${code})`;
}

const LONG = 200;

/** A message in which no word is longer than a line or two: people may name anything. */
export const shortWords = (message: string): string => message.replace(/\S{200,}/g, shortPath);

/** A path as a message shows it: the middle of a very long one is left out. */
export function shortPath(path: string): string {
  return path.length <= LONG ? path : `${path.slice(0, LONG / 2)}…${path.slice(-LONG / 4)} (${path.length} characters)`;
}
