/** struct timespec of a program. */
import { EFAULT, EINVAL } from './abi.ts';
import { cpu_data } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import { ticks_of } from './ticks.ts';
import { get_user } from './uaccess.ts';

const NSEC_PER_SEC = 1000000000;

/** Ticks of a struct timespec of the program; -EFAULT, -EINVAL. */
export function get_timespec(from: number): number {
  const read = this_cpu_data() + cpu_data.path;
  if (get_user(read, from) || get_user(read + 4, from + 4)) return -EFAULT;
  const ticks = ticks_of(read, NSEC_PER_SEC);
  return ticks < 0 ? -EINVAL : ticks;
}
