/**
 * What can fail on purpose: the classes of `--fault-sites`. A slab cache is a class by its number, what is no allocation
 * has one behind them. Their bits make one word.
 */
import { cacheStructs } from './caches.ts';
import { structInfo } from '../machine/struct.ts';

/** How it is decided (cpu_area.fault_mode). */
export const FAULTS_NONE = 0;
/** A search decides, each time. */
export const FAULTS_CHOSEN = 1;
/** The one with this number fails. */
export const FAULTS_NTH = 2;
/** Each with this chance, in parts of 2^31. */
export const FAULTS_RATE = 3;

export const FAULT_GET_USER = 24;
export const FAULT_PUT_USER = 25;
export const FAULT_GETNAME = 26;
export const FAULT_COPY_FROM_USER = 27;
export const FAULT_COPY_TO_USER = 28;
export const FAULT_FD = 29;
export const FAULT_NPROC = 30;
export const FAULT_PID = 31;

export interface FaultClass {
  readonly number: number;
  readonly name: string;
  /** Names several classes at once. */
  readonly group: string;
  /** What the caller is told. */
  readonly error: string;
  readonly about: string;
}

const other = (number: number, name: string, group: string, error: string, about: string): FaultClass => ({
  number,
  name,
  group,
  error,
  about,
});
const user = (number: number, name: string, about: string): FaultClass => other(number, name, 'user', 'EFAULT', about);

export const faultClasses: readonly FaultClass[] = [
  ...cacheStructs.map((table, number) => {
    const { name } = structInfo(table);
    return other(number, name, 'slab', 'ENOMEM', `an object of the cache ${name}`);
  }),
  user(FAULT_GET_USER, 'get_user', 'a word read from user memory'),
  user(FAULT_PUT_USER, 'put_user', 'a word written to user memory'),
  user(FAULT_GETNAME, 'getname', 'a path read from user memory'),
  user(FAULT_COPY_FROM_USER, 'copy_from_user', 'a block read from user memory'),
  user(FAULT_COPY_TO_USER, 'copy_to_user', 'a block written to user memory'),
  other(FAULT_FD, 'get_unused_fd', 'descriptors', 'EMFILE', 'a free descriptor'),
  other(FAULT_NPROC, 'check_limits', 'nproc', 'EAGAIN', 'one process more of a user (RLIMIT_NPROC)'),
  other(FAULT_PID, 'alloc_pidmap', 'pids', 'EAGAIN', 'a free process number'),
];
