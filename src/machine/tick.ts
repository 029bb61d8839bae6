/**
 * Timer interrupts on a real thread. A thread cannot be interrupted in the middle of its code, so its CPU looks itself: at
 * each locked access, of which every lock that is taken has one, before it gives a lock back, and each time it waits for a
 * word. After so many of them as were drawn the interrupt is due, and comes with the first one at which interrupts are on.
 * With nobody to handle it all this is one test.
 *
 * A CPU that is about to park lets time pass besides, whatever was drawn: who sleeps until a timer is due waits for nothing else.
 */
import { CPU_PARKED, cpu_area, cpuAddress } from './map.ts';

export interface Ticking {
  /** What a CPU does at a tick. */
  readonly handler: () => void;
  /** The same when it waits and nothing else happens. */
  readonly idle: () => void;
  /** Accesses from one tick to the next, on average; 0 for ticks only while it waits. */
  readonly every: number;
  readonly seed: number;
}

let ram = new Int32Array(new SharedArrayBuffer(0));
let area = 0;
let ticking: Ticking | undefined;
let drawn = 0;
/** Looks until a tick is due; 0 when none ever is. */
export let untilTick = 0;

/** Says what this thread's CPU does at ticks, and how often they come; undefined for a CPU that has none. */
export function takeTicks(memory: SharedArrayBuffer, cpu: number, one: Ticking | undefined): void {
  ram = new Int32Array(memory);
  area = cpuAddress(cpu);
  ticking = one;
  drawn = Math.imul((one?.seed ?? 0) + cpu + 1, 0x9e3779b1) | 1;
  untilTick = one === undefined ? 0 : next(one);
}

function next({ every }: Ticking): number {
  if (every === 0) return 0;
  // Marsaglia, Xorshift RNGs, 2003.
  drawn ^= drawn << 13;
  drawn ^= drawn >>> 17;
  drawn ^= drawn << 5;
  return 1 + ((drawn >>> 0) % Math.max(1, Math.round(2 * every - 1)));
}

const own = (field: number): number => ram[(area + field) >> 2] as number;

/** Interrupts are on, and the console does not look at RAM. */
const isOpen = (): boolean => own(cpu_area.irqs_on) !== 0 && own(cpu_area.state) !== CPU_PARKED;

/** One look. */
export function countDown(): void {
  if (--untilTick > 0) return;
  untilTick = 1;
  if (ticking === undefined || !isOpen()) return;
  untilTick = next(ticking);
  ticking.handler();
}

/** The CPU waits: time passes, unless it holds a spinlock, and so waits for another that somebody is going to give back. */
export function idleTick(): void {
  if (ticking !== undefined && isOpen() && own(cpu_area.preempt_count) === 0) ticking.idle();
}
