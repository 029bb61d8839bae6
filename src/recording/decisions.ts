/**
 * The interleaving: the CPU of every step, one byte each. In a file it is runs of one CPU:
 *
 *   first CPU   a byte; absent, like all else, when there is no step
 *   each run    varint of (length - 1) * others + turn
 *
 * `others` is how many CPUs the next run may have: all but the present one. `turn` counts from the CPU after it, so on
 * two CPUs a run is just its length. The first run has turn 0.
 */
import { pushVarint, VarintReader } from './varint.ts';

/** A CPU and how many steps it performs in a row. */
export interface Run {
  readonly cpu: number;
  readonly length: number;
}

/** The interleaving as runs, neighbours of different CPUs. */
export function runsOf(decisions: Uint16Array): Run[] {
  const runs: Run[] = [];
  let begin = 0;
  for (let i = 1; i <= decisions.length; i++) {
    if (i < decisions.length && decisions[i] === decisions[begin]) continue;
    runs.push({ cpu: decisions[begin] as number, length: i - begin });
    begin = i;
  }
  return runs;
}

/** Context switches: how often a step is performed by another CPU than the one before. */
export function switchesOf(decisions: Uint16Array): number {
  let switches = 0;
  for (let i = 1; i < decisions.length; i++) if (decisions[i] !== decisions[i - 1]) switches++;
  return switches;
}

/** The bytes of the file. Every decision has to be below `cpus`. */
export function encodeDecisions(decisions: Uint16Array, cpus: number): Uint8Array {
  const runs = runsOf(decisions);
  const first = runs[0];
  if (first === undefined) return new Uint8Array(0);
  const out = [first.cpu];
  const others = Math.max(1, cpus - 1);
  let before = first.cpu - 1;
  for (const { cpu, length } of runs) {
    pushVarint(out, (length - 1) * others + ((cpu - before - 1 + cpus) % cpus));
    before = cpu;
  }
  return Uint8Array.from(out);
}

/** The `steps` decisions from `at` to the end of the bytes; what is wrong with them when they are no such thing. */
export function decodeDecisions(bytes: Uint8Array, at: number, cpus: number, steps: number): Uint16Array | string {
  if (at === bytes.length) return steps === 0 ? new Uint16Array(0) : `no decisions for its ${steps} steps`;
  const first = bytes[at] as number;
  if (first >= cpus) return `a decision for CPU ${first} of ${cpus}`;
  const decisions = new Uint16Array(steps);
  const reader = new VarintReader(bytes, at + 1);
  const others = Math.max(1, cpus - 1);
  let cpu = first - 1;
  let step = 0;
  do {
    const packed = reader.next();
    if (packed === undefined) return `a run after step ${step} that is no number`;
    const length = Math.floor(packed / others) + 1;
    if (length > steps - step) return `decisions for more than its ${steps} steps`;
    cpu = (cpu + 1 + (packed % others)) % cpus;
    decisions.fill(cpu, step, step + length);
    step += length;
  } while (step < steps && !reader.atEnd);
  if (step < steps) return `decisions for ${step} of its ${steps} steps`;
  const written = Buffer.compare(encodeDecisions(decisions, cpus), bytes.subarray(at)) === 0;
  return written ? decisions : 'decisions that tasklock would write otherwise';
}
