/** Vector clocks over words, as observers/clocks.ts has them. */
import { MAX_CPUS } from '../../machine/limits.ts';
import { at, put } from '../../stepped/inside/memory.ts';
import { CLOCK_INDEXES, CLOCKS, CPU_BITS, CPU_EPOCHS, CPUS, RELEASED } from './places.ts';

/** 1 when what happened in that epoch is ordered before what the CPU does now. */
export function knows(cpu: number, epoch: number): number {
  const time = at(CLOCKS + 4 * (Math.imul(cpu, at(CPUS)) + (epoch & (MAX_CPUS - 1))));
  return time >= epoch >>> CPU_BITS ? 1 : 0;
}

/** Takes over what exclusive releases of the word at an address published; with `readers`, what shared ones did too. */
export function acquire(cpu: number, address: number, readers: number): void {
  const index = at(at(CLOCK_INDEXES) + address);
  if (index === 0) return;
  const count = at(CPUS);
  const own = CLOCKS + 4 * Math.imul(cpu, count);
  const from = at(RELEASED) + 4 * index;
  join(own, from, count);
  if (readers !== 0) join(own, from + 4 * count, count);
}

/** 1 when the word has clocks to publish through. */
export function canRelease(address: number): number {
  return at(at(CLOCK_INDEXES) + address) === 0 ? 0 : 1;
}

/** Publishes what the CPU knows, in place of what was published before. */
export function release(cpu: number, address: number): void {
  const count = at(CPUS);
  const own = CLOCKS + 4 * Math.imul(cpu, count);
  const to = at(RELEASED) + 4 * at(at(CLOCK_INDEXES) + address);
  for (let i = 0; i < 4 * count; i = i + 4) put(to + i, at(own + i));
  tick(cpu, own);
}

/** Adds what a reader knows to what readers published. */
export function releaseShared(cpu: number, address: number): void {
  const count = at(CPUS);
  const own = CLOCKS + 4 * Math.imul(cpu, count);
  const to = at(RELEASED) + 4 * at(at(CLOCK_INDEXES) + address);
  join(to + 4 * count, own, count);
  tick(cpu, own);
}

function tick(cpu: number, own: number): void {
  const time = at(own + 4 * cpu) + 1;
  put(own + 4 * cpu, time);
  put(CPU_EPOCHS + 4 * cpu, (time << CPU_BITS) | cpu);
}

function join(to: number, from: number, count: number): void {
  for (let i = 0; i < 4 * count; i = i + 4) if (at(from + i) > at(to + i)) put(to + i, at(from + i));
}
