/**
 * Whether the calls of an execution (machine/history.ts) could have been made one after the other: in an order that keeps in
 * front of each call those that had ended when it began, and in which the module's own `model` gives for every call what came
 * of it. Wing, Gong, "Testing and Verifying Concurrent Objects", 1993; what was tried is not tried again, as Lowe, "Testing
 * for linearizability", 2017.
 *
 * The model keeps its state in RAM, in words of its own; so to go back is to put the machine back, and which state it is in
 * says the machine's fingerprint.
 */
import { CALL_COUNTS, CALL_CPUS, CALL_RESULT, CALL_SEEN, CALL_SIZE, CALLS, MOST_CALLS } from '../../machine/history.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import { hashText } from '../../stepped/state.ts';

const CPUS: readonly number[] = Array.from({ length: CALL_CPUS }, (_, cpu) => cpu);

export interface CallMade {
  readonly operation: number;
  readonly argument: number;
  readonly result: number;
  /** Calls of each CPU that had ended when it began. */
  readonly seen: readonly number[];
}

/** The calls of each CPU that have ended, in order. */
export function callsOf({ ram }: SteppedMachine): readonly (readonly CallMade[])[] {
  const word = (address: number): number => ram[address >> 2] as number;
  const made = (cpu: number, i: number): CallMade => {
    const call = CALLS + CALL_SIZE * (MOST_CALLS * cpu + i);
    const seen = CPUS.map((other) => word(call + CALL_SEEN + 4 * other));
    return { operation: word(call), argument: word(call + 4), result: word(call + CALL_RESULT), seen };
  };
  return CPUS.map((cpu) => {
    const ended = Math.max(0, Math.min(MOST_CALLS, word(CALL_COUNTS + 4 * cpu)));
    return Array.from({ length: ended }, (_, i) => made(cpu, i));
  });
}

/** Whether there is such an order. `model` runs the module's own at once. The machine is left as it was. */
export function isLinearizable(
  machine: SteppedMachine,
  calls: readonly (readonly CallMade[])[],
  model: (operation: number, argument: number) => number,
): boolean {
  const tried = new Set<string>();
  const done = calls.map(() => 0);
  const isFree = ({ seen }: CallMade): boolean => seen.every((ended, cpu) => (done[cpu] as number) >= ended);

  function goOn(): boolean {
    if (calls.every((own, cpu) => done[cpu] === own.length)) return true;
    const state = `${done.join(' ')} ${hashText(machine.searchHash())}`;
    if (tried.has(state)) return false;
    tried.add(state);
    const here = machine.snapshot();
    return calls.some((own, cpu) => {
      const call = own[done[cpu] as number];
      if (call === undefined || !isFree(call)) return false;
      machine.restore(here);
      if (model(call.operation, call.argument) !== call.result) return false;
      done[cpu] = (done[cpu] as number) + 1;
      const found = goOn();
      done[cpu] = (done[cpu] as number) - 1;
      return found;
    });
  }

  const end = machine.snapshot();
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
