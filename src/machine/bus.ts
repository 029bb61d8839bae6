/**
 * The bus: the only way to RAM. On the SMP machine each thread is one CPU and a bus access is a machine access:
 *
 *   load, store            plain mov. About 1 ns.
 *   READ_ONCE, WRITE_ONCE  the same mov, marked: the race on it is intended.
 *   xchg, cmpxchg, xadd    lock-prefixed, full barriers. Atomics: about 8 ns on every Node, a call to a built-in.
 *                          An interrupt may come in front of one (tick.ts).
 *   memset, memcpy, ...    rep stos / movs: plain and torn between words, one event for an observer.
 *   wait_for_change        "wait until this word changes": bounded spin, then the thread parks.
 *
 * Plain typed-array accesses are what V8 emits as one mov each and never reorders or removes across calls; with
 * x86's own order that makes a plain store a release and a plain load an acquire, as the kernel of 2005 relied on.
 * Loops that spin use Atomics.load, so that no compiler may ever hoist the load.
 *
 * An address outside RAM faults like a bad pointer: the typed array answers undefined there, which costs nothing on
 * the good path. Addresses are byte addresses; words are 4 bytes, aligned.
 */
import { badAddress, badChoice, MachineStopped } from './fault.ts';
import { FIRST_ADDRESS, FIRST_WORD } from './limits.ts';
import { cpu_area, cpuAddress, machine } from './map.ts';
import { countDown, idleTick, untilTick } from './tick.ts';

/** Turns of the spin before this CPU parks, about 2 us: right when CPUs outnumber cores. */
const SPIN_TURNS = 200;
let spinTurns = SPIN_TURNS;
/** A park ends after this long in any case: a wake-up lost in a store buffer costs this much and no more. */
const PARK_MS = 5;

/**
 * Keeps the engine from dropping the loop of cpu_delay.
 * @public nobody reads it
 */
export let delayed = 0;

/** Word 0 of this view is the word at FIRST_ADDRESS. */
let ram = new Int32Array(new SharedArrayBuffer(0));
let size = 0;
let area = 0;
/** State of the generator behind choose. */
let drawn = 0;

/** Connects this thread to RAM as one CPU, which spins for so many turns before it parks; what it chooses follows from `seed`. */
export function attach(memory: SharedArrayBuffer, cpu: number, turns = SPIN_TURNS, seed = 0): void {
  ram = new Int32Array(memory, FIRST_ADDRESS);
  size = ram.length;
  area = cpuAddress(cpu);
  drawn = Math.imul(cpu + 1, 0x9e3779b1) ^ seed || 1;
  spinTurns = turns;
}

/** Address of this CPU's own block, as a segment register would give it. Not a memory access. */
export function this_cpu(): number {
  return area;
}

export function load(address: number): number {
  const value = ram[(address >> 2) - FIRST_WORD];
  if (value === undefined) throw badAddress(address);
  return value;
}

export function store(address: number, value: number): void {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  ram[i] = value;
}

export function READ_ONCE(address: number): number {
  const value = ram[(address >> 2) - FIRST_WORD];
  if (value === undefined) throw badAddress(address);
  return value;
}

export function WRITE_ONCE(address: number, value: number): void {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  ram[i] = value;
}

/** Stores and returns the old value. */
export function xchg(address: number, value: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  if (untilTick !== 0) countDown();
  return Atomics.exchange(ram, i, value);
}

/** Stores `value` when the word holds `expected`; returns what it held. */
export function cmpxchg(address: number, expected: number, value: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  if (untilTick !== 0) countDown();
  return Atomics.compareExchange(ram, i, expected, value);
}

/** Adds and returns the old value. */
export function xadd(address: number, delta: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  if (untilTick !== 0) countDown();
  return Atomics.add(ram, i, delta);
}

/** Sets bits and returns the old word (lock bts). */
export function fetch_or(address: number, bits: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  if (untilTick !== 0) countDown();
  return Atomics.or(ram, i, bits);
}

/** Keeps only these bits and returns the old word (lock btr). */
export function fetch_and(address: number, bits: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  if (untilTick !== 0) countDown();
  return Atomics.and(ram, i, bits);
}

/** Full barrier: a locked operation on this CPU's own block, as i386 does on its stack. */
export function smp_mb(): void {
  Atomics.add(ram, ((area + cpu_area.heartbeat) >> 2) - FIRST_WORD, 0);
}

/** Spin-wait hint. Tells the watchdog nothing: a CPU that only relaxes makes no progress. */
export function cpu_relax(): void {
  if (Atomics.load(ram, (machine.stop >> 2) - FIRST_WORD) !== 0) throw new MachineStopped();
}

/** Does nothing for so many turns, about a nanosecond each: work outside memory, and back-off between two tries. */
export function cpu_delay(turns: number): void {
  let mix = turns;
  for (let i = 0; i < turns; i++) mix = Math.imul(mix ^ i, 0x9e3779b1);
  delayed = mix;
}

/**
 * Returns once the word no longer holds `seen`, or after a bounded park: look again in any case. Spins first; parks
 * so that more CPUs than cores still make progress. Throws when the console stops the machine.
 */
export function wait_for_change(address: number, seen: number): void {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  for (let turn = 0; turn < spinTurns; turn++) {
    if (Atomics.load(ram, i) !== seen) return;
  }
  cpu_relax();
  if (untilTick !== 0) countDown();
  idleTick();
  Atomics.wait(ram, i, seen, PARK_MS);
}

/** Wakes every CPU parked on this word. */
export function wake_waiters(address: number): void {
  Atomics.notify(ram, (address >> 2) - FIRST_WORD);
}

/** What futex_wait answers when the word does not hold what was expected: Linux's -EAGAIN. */
const AGAIN = -11;

/** Sleeps until woken, if the word holds `expected`: 0. Else -11 at once. The two are one: no wake comes in between. */
export function futex_wait(address: number, expected: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  return Atomics.wait(ram, i, expected) === 'not-equal' ? AGAIN : 0;
}

/** Wakes at most `count` CPUs that sleep on the word, who came first is woken first; how many it woke. */
export function futex_wake(address: number, count: number): number {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  return Atomics.notify(ram, i, Math.max(0, count));
}

/**
 * Any of 0 to n - 1. A search tries all of them; here, on a real thread, it is drawn by a generator of the CPU's own,
 * which begins with the CPU's number and the seed: the same every time.
 */
export function choose(n: number): number {
  const fault = badChoice(n);
  if (fault !== undefined) throw fault;
  // Marsaglia, Xorshift RNGs, 2003.
  drawn ^= drawn << 13;
  drawn ^= drawn >>> 17;
  drawn ^= drawn << 5;
  return (drawn >>> 0) % n;
}

/** Whether something is to fail, as a choice of a search. On a real thread nobody chooses, and it does not. */
export function may_fail(n: number): number {
  const fault = badChoice(n);
  if (fault !== undefined) throw fault;
  return 0;
}

/** Fills `bytes` (a multiple of 4) with one word. */
export function memset(address: number, value: number, bytes: number): void {
  const from = (address >> 2) - FIRST_WORD;
  const to = from + (bytes >> 2);
  if (from < 0 || to > size) throw badAddress(address);
  for (let i = from; i < to; i++) ram[i] = value;
}

/** Copies `bytes` (a multiple of 4) between blocks that do not overlap. */
export function memcpy(to: number, from: number, bytes: number): void {
  const source = (from >> 2) - FIRST_WORD;
  const target = (to >> 2) - FIRST_WORD;
  const count = bytes >> 2;
  if (source < 0 || source + count > size) throw badAddress(from);
  if (target < 0 || target + count > size) throw badAddress(to);
  for (let i = 0; i < count; i++) ram[target + i] = ram[source + i] as number;
}

/** The address of the first word in the block that does not hold `value`, or 0. */
export function memchr_inv(address: number, value: number, bytes: number): number {
  const from = (address >> 2) - FIRST_WORD;
  const to = from + (bytes >> 2);
  if (from < 0 || to > size) throw badAddress(address);
  for (let i = from; i < to; i++) if (ram[i] !== value) return (i + FIRST_WORD) << 2;
  return 0;
}

/** 1 when two blocks of `bytes` (a multiple of 4) are equal. */
export function memeq(a: number, b: number, bytes: number): number {
  const left = (a >> 2) - FIRST_WORD;
  const right = (b >> 2) - FIRST_WORD;
  const count = bytes >> 2;
  if (left < 0 || left + count > size) throw badAddress(a);
  if (right < 0 || right + count > size) throw badAddress(b);
  for (let i = 0; i < count; i++) if (ram[left + i] !== ram[right + i]) return 0;
  return 1;
}
