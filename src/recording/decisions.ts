/**
 * The interleaving in a file. First who moves, as turns:
 *
 *   first CPU   a byte; absent, like all else, when there is no move
 *   each turn   varint of (length - 1) * others + turn
 *
 * `others` is how many CPUs the next turn may have: all but the present one. `turn` counts from the CPU after it, so on
 * two CPUs a turn is just its length. The first has turn 0.
 *
 * Then, from format 3 on, each move that is another than a step:
 *
 *   varint of how many moves lie between it and the one before it here, or the beginning
 *   varint of value * 8 + kind (stepped/move.ts); time that passes, from format 5 on
 */
import { MOST_VALUES } from '../machine/limits.ts';
import { CHOICE, choiceOf, cpuOf, kindOf, STEP, TICK, tickOf, valueOf } from '../stepped/move.ts';
import { turnsOf } from './turns.ts';
import { pushVarint, VarintReader } from './varint.ts';

const KINDS = 8;

/** True when some move is another than a step. */
export function hasOthers(decisions: Uint16Array): boolean {
  return decisions.some((move) => kindOf(move) !== STEP);
}

/** True when time passes in it. */
export function hasTicks(decisions: Uint16Array): boolean {
  return decisions.some((move) => kindOf(move) === TICK);
}

/** The first move that is none on so many CPUs, in words; undefined when all are some. */
export function strayMove(decisions: Uint16Array, cpus: number): string | undefined {
  for (let i = 0; i < decisions.length; i++) {
    const move = decisions[i] as number;
    const [cpu, kind, value] = [cpuOf(move), kindOf(move), valueOf(move)];
    if (cpu >= cpus) return `a decision for CPU ${cpu} of ${cpus}`;
    if (kind > TICK) return `a decision of kind ${kind} at step ${i + 1}, which is none that this tasklock knows`;
    if (kind !== CHOICE && value > 0) return `the value ${value} at step ${i + 1}, at which nothing is chosen`;
  }
  return undefined;
}

/** The bytes of the file. Every decision has to be a move on so many CPUs. */
export function encodeDecisions(decisions: Uint16Array, cpus: number): Uint8Array {
  const turns = turnsOf(decisions);
  const first = turns[0];
  if (first === undefined) return new Uint8Array(0);
  const out = [first.cpu];
  const others = Math.max(1, cpus - 1);
  let before = first.cpu - 1;
  for (const { cpu, length } of turns) {
    pushVarint(out, (length - 1) * others + ((cpu - before - 1 + cpus) % cpus));
    before = cpu;
  }
  let behind = 0;
  for (let i = 0; i < decisions.length; i++) {
    const move = decisions[i] as number;
    if (kindOf(move) === STEP) continue;
    pushVarint(out, i - behind);
    pushVarint(out, valueOf(move) * KINDS + kindOf(move));
    behind = i + 1;
  }
  return Uint8Array.from(out);
}

/** Kinds of moves that a format has: steps, with choices, with time that passes. */
export const lastKind = (version: number): number => (version < 3 ? STEP : version < 5 ? CHOICE : TICK);

/**
 * The `steps` decisions from `at` to the end of the bytes, with moves of kinds up to `last` (lastKind); what is
 * wrong with them when they are no such thing.
 */
export function decodeDecisions(
  bytes: Uint8Array,
  at: number,
  { cpus, steps }: { readonly cpus: number; readonly steps: number },
  last: number,
): Uint16Array | string {
  if (at === bytes.length) return steps === 0 ? new Uint16Array(0) : `no decisions for its ${steps} steps`;
  const first = bytes[at] as number;
  if (first >= cpus) return `a decision for CPU ${first} of ${cpus}`;
  const decisions = new Uint16Array(steps);
  const reader = new VarintReader(bytes, at + 1);
  const wrong =
    readTurns(reader, first, cpus, decisions) ?? (last > STEP ? readOthers(reader, decisions, last) : undefined);
  if (wrong !== undefined) return wrong;
  const written = Buffer.compare(encodeDecisions(decisions, cpus), bytes.subarray(at)) === 0;
  return written ? decisions : 'decisions that tasklock would write otherwise';
}

/** Fills in who moves; what is wrong, if something is. */
function readTurns(reader: VarintReader, first: number, cpus: number, decisions: Uint16Array): string | undefined {
  const steps = decisions.length;
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
  return step < steps ? `decisions for ${step} of its ${steps} steps` : undefined;
}

/** Fills in what is no step; what is wrong, if something is. */
function readOthers(reader: VarintReader, decisions: Uint16Array, last: number): string | undefined {
  for (let step = 0; !reader.atEnd; step++) {
    const gap = reader.next();
    const packed = gap === undefined ? undefined : reader.next();
    if (gap === undefined || packed === undefined) return `a choice after step ${step} that is no number`;
    step += gap;
    const [kind, value] = [packed % KINDS, Math.floor(packed / KINDS)];
    if (step >= decisions.length) return `a choice behind the last of its ${decisions.length} steps`;
    if (kind === STEP || kind > last)
      return `a decision of kind ${kind} at step ${step + 1}, which is none that this tasklock knows`;
    if (value >= MOST_VALUES) return `the choice of ${value} at step ${step + 1}; the highest is ${MOST_VALUES - 1}`;
    const cpu = decisions[step] as number;
    if (kind === TICK && value > 0) return `the value ${value} at step ${step + 1}, at which nothing is chosen`;
    decisions[step] = kind === TICK ? tickOf(cpu) : choiceOf(cpu, value);
  }
  return undefined;
}
