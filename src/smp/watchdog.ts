/**
 * Tells from outside when a machine has stopped making progress: a CPU that neither idles nor moves (soft lockup), or
 * a machine in which every task sleeps and nobody is left to wake one (hung).
 */
import type { Console } from './console.ts';

export type Stall = { readonly kind: 'lockup'; readonly cpu: number } | { readonly kind: 'hung' };

/** A busy host may keep a thread off its cores for a while; more CPUs wait longer for each other. */
export const lockupLimitMs = (cpus: number): number => 8_000 + 250 * cpus;
const HUNG_LIMIT_MS = 4_000;

export class Watchdog {
  private readonly console: Console;
  private readonly lastMove: { heartbeat: number; at: number }[];
  /** Since when no task ran, and what had run by then. */
  private still = { activity: -1, since: performance.now() };

  constructor(console: Console) {
    this.console = console;
    const now = performance.now();
    this.lastMove = Array.from({ length: console.cpus }, () => ({ heartbeat: -1, at: now }));
  }

  /** Looks at every CPU. A stall when one has stood too long, else null. */
  check(): Stall | null {
    const now = performance.now();
    for (const [cpu, last] of this.lastMove.entries()) {
      const { heartbeat, idle } = this.console.pulse(cpu);
      if (idle || heartbeat !== last.heartbeat) this.lastMove[cpu] = { heartbeat, at: now };
      else if (now - last.at > lockupLimitMs(this.console.cpus)) return { kind: 'lockup', cpu };
    }
    return this.everybodySleeps(now) ? { kind: 'hung' } : null;
  }

  /**
   * True when for a while no task ran on any CPU and none was queued. A CPU that idles wakes up now and then to look
   * around, so one look at it says little; the count of slices that tasks ran says it all.
   */
  private everybodySleeps(now: number): boolean {
    const activity = this.console.activity();
    if (activity !== this.still.activity || this.console.finished()) this.still = { activity, since: now };
    return now - this.still.since > HUNG_LIMIT_MS && this.console.allIdle();
  }

  /** Forgives the CPUs for having stood still while the console made them. */
  reset(): void {
    const now = performance.now();
    for (const [cpu, last] of this.lastMove.entries()) this.lastMove[cpu] = { ...last, at: now };
  }
}
