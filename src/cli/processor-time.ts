/** Time that a process has had on a processor: on a busy machine it waits for one, and that is no sign of anything. */
import { readFileSync } from 'node:fs';

/** Ticks a second in /proc, on every Linux. */
const TICKS = 100;
/** Behind the name in parentheses: state is the first, utime the 12th, stime the 13th. */
const UTIME = 11;

/** Milliseconds; undefined where the system does not tell, or the process is gone. */
export function processorTime(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[UTIME]) + Number(fields[UTIME + 1]);
    return Number.isFinite(ticks) ? (ticks * 1000) / TICKS : undefined;
  } catch {
    return undefined;
  }
}
