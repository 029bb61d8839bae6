/**
 * Whether the calls of an execution (machine/history.ts) could have been made one after the other: in an order that keeps in
 * front of each call those that had ended when it began, and in which the module's own `model` gives for every call what came
 * of it. Wing, Gong, "Testing and Verifying Concurrent Objects", 1993; what was tried is not tried again, as Lowe, "Testing
 * for linearizability", 2017.
 *
 * Whatever the model keeps its state in can be put back to where it was, and says which state it is in: for a module's own
 * model that is the machine, whose RAM holds it.
 */
import { CALL_COUNTS, CALL_CPUS, CALL_RESULT, CALL_SEEN, CALL_SIZE, CALLS, MOST_CALLS } from '../../machine/history.ts';
import type { Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import { hashText } from '../../stepped/state.ts';

const CPUS: readonly number[] = Array.from({ length: CALL_CPUS }, (_, cpu) => cpu);

export interface CallMade<Result = number> {
  readonly operation: number;
  readonly argument: number;
  readonly result: Result;
  /** Calls of each CPU that had ended when it began. */
  readonly seen: readonly number[];
}

const wordAt = ({ ram }: SteppedMachine, address: number): number => ram[address >> 2] as number;

const endedBy = (machine: SteppedMachine, cpu: number): number =>
  Math.max(0, Math.min(MOST_CALLS, wordAt(machine, CALL_COUNTS + 4 * cpu)));

function callAt(machine: SteppedMachine, cpu: number, i: number): CallMade {
  const call = CALLS + CALL_SIZE * (MOST_CALLS * cpu + i);
  const word = (offset: number): number => wordAt(machine, call + offset);
  const seen = CPUS.map((other) => word(CALL_SEEN + 4 * other));
  return { operation: word(0), argument: word(4), result: word(CALL_RESULT), seen };
}

/** The calls of each CPU that have ended, in order. */
export function callsOf(machine: SteppedMachine): readonly (readonly CallMade[])[] {
  return CPUS.map((cpu) => Array.from({ length: endedBy(machine, cpu) }, (_, i) => callAt(machine, cpu, i)));
}

/** The call that a CPU has begun and not ended; it is in the middle of one. */
export const begunCall = (machine: SteppedMachine, cpu: number): CallMade =>
  callAt(machine, cpu, endedBy(machine, cpu));

/** What a word is called that is kept of calls: `CALLS[1].ended`, `CALLS[1][0]` of the first call of CPU#1; undefined elsewhere. */
export function callName(address: number): string | undefined {
  const ended = (address - CALL_COUNTS) / 4;
  if (CPUS.includes(ended)) return `CALLS[${ended}].ended`;
  const word = address - CALLS;
  if (word < 0 || word >= CALL_SIZE * MOST_CALLS * CALL_CPUS) return undefined;
  const call = Math.floor(word / CALL_SIZE);
  return `CALLS[${Math.floor(call / MOST_CALLS)}][${call % MOST_CALLS}]`;
}

export interface CallOf<Result = number> {
  readonly cpu: number;
  readonly call: CallMade<Result>;
}

/** A call that does not do alone, behind some others, what it did. */
export interface Refusal<Result = number> extends CallOf<Result> {
  readonly order: readonly CallOf<Result>[];
  readonly alone: Result | string;
}

/** What a model keeps its state in. */
export interface Rewindable<State> {
  snapshot(): State;
  restore(state: State): void;
  /** Says which state it is in, as far as a model goes by it. */
  fingerprint(): string;
}

export const rewindable = (machine: SteppedMachine): Rewindable<Snapshot> => ({
  snapshot: () => machine.snapshot(),
  restore: (state) => machine.restore(state),
  fingerprint: () => hashText(machine.searchHash()),
});

export interface OrderSearch<State, Result = number> {
  /** Where the model begins; by default where it is. */
  readonly from?: State;
  /** A call that comes behind all others, and what it has to come to. */
  readonly last?: CallOf<Result> & { readonly result: string };
  /** Told of each order as far as it went. */
  readonly refused?: (refusal: Refusal<Result>) => void;
}

/**
 * Whether there is such an order. `model` makes a call at once, in the state that the machine is in; what comes of it is no
 * result where a call cannot be made. The machine is left as it was, unless the model throws.
 */
export function isLinearizable<State, Result = number>(
  machine: Rewindable<State>,
  calls: readonly (readonly CallMade<Result>[])[],
  model: (call: CallMade<Result>, cpu: number) => Result | string,
  { from, last, refused }: OrderSearch<State, Result> = {},
): boolean {
  const tried = new Set<string>();
  const done = calls.map(() => 0);
  const order: CallOf<Result>[] = [];
  const isFree = ({ seen }: CallMade<Result>): boolean => seen.every((ended, cpu) => (done[cpu] as number) >= ended);

  /** Makes a call in the state `here`; whether it does what it did. */
  function agrees(here: State, cpu: number, call: CallMade<Result>, result: Result | string): boolean {
    machine.restore(here);
    const alone = model(call, cpu);
    if (alone === result) return true;
    refused?.({ order: [...order], cpu, call, alone });
    return false;
  }

  function goOn(): boolean {
    if (calls.every((own, cpu) => done[cpu] === own.length)) {
      return last === undefined || agrees(machine.snapshot(), last.cpu, last.call, last.result);
    }
    const state = `${done.join(' ')} ${machine.fingerprint()}`;
    if (tried.has(state)) return false;
    tried.add(state);
    const here = machine.snapshot();
    return calls.some((own, cpu) => {
      const call = own[done[cpu] as number];
      if (call === undefined || !isFree(call)) return false;
      if (!agrees(here, cpu, call, call.result)) return false;
      done[cpu] = (done[cpu] as number) + 1;
      order.push({ cpu, call });
      const found = goOn();
      order.pop();
      done[cpu] = (done[cpu] as number) - 1;
      return found;
    });
  }

  const end = machine.snapshot();
  if (from !== undefined) machine.restore(from);
  const found = goOn();
  machine.restore(end);
  return found;
}

/** One line for each CPU that made calls. */
export function callLines(calls: readonly (readonly CallMade[])[]): string[] {
  return calls.flatMap((own, cpu) => {
    const texts = own.map(({ operation, argument, result }) => `${operation}(${argument}) = ${result}`);
    return own.length === 0 ? [] : [`calls of CPU#${cpu}: ${texts.join(', ')}`];
  });
}
