/** --ticks, which explore and stress take alike. */
import type { LockChoice } from '../boot/lock-choice.ts';
import { parseTicks, TickError, tickChanceOf } from '../boot/ticks.ts';
import { UsageError } from './usage.ts';

/** undefined for none. Throws UsageError. */
export function parseTickFlag(setting: string): string | undefined {
  try {
    return parseTicks(setting);
  } catch (error) {
    throw error instanceof TickError ? new UsageError(error.message) : error;
  }
}

/** The same on real threads: nobody tries each there, and a lock that interrupts take has to be one that lets them. */
export function parseDrawnTicks(setting: string, locks: readonly LockChoice[]): string | undefined {
  const ticks = parseTickFlag(setting);
  if (ticks === undefined) return undefined;
  if (tickChanceOf(ticks) === undefined) {
    throw new UsageError('--ticks each is for explore, which tries them: take rate:P');
  }
  if (locks.some(({ lock }) => lock === 'tasklist')) {
    throw new UsageError(
      '--ticks: an interrupt reads under tasklist_lock whoever else reads, so --lock cannot change it',
    );
  }
  return ticks;
}
