/** The classes of what can fail on purpose as `--fault-sites` and reports call them. */
import { cacheStructs } from '../kernel/caches.ts';
import {
  FAULT_COPY_FROM_USER,
  FAULT_COPY_TO_USER,
  FAULT_FD,
  FAULT_GET_USER,
  FAULT_GETNAME,
  FAULT_NPROC,
  FAULT_PID,
  FAULT_PUT_USER,
} from '../kernel/fault-sites.ts';
import { structInfo } from '../machine/struct.ts';

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
