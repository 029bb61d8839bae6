/**
 * Atomics on a thread: the engine's own, each when it is its agent's turn. A wait that finds what it expects tells so and
 * sleeps in the engine's Atomics.wait until another thread's Atomics.notify wakes it; that it goes on is a turn again. Its
 * time is never over, but where nobody ends the wait, or the promise, in the recording (time.ts).
 */
import { ATOMIC_NAMES } from '../atomic-names.ts';
import { atomicText } from '../memory/atomic-touch.ts';
import { type Gate, theirLines } from './gate.ts';
import type { TypedArray } from '../memory/views.ts';
import type { Promises } from './script.ts';
import type { Tasks } from './tasks.ts';
import { PROMISE, TIMED_OUT, waitAsyncText } from './turns.ts';
import { bare, isShared } from './views.ts';

type Native = (...args: unknown[]) => unknown;

/** Ends when its time is over: which calls of waitAsync, from 0, and which of wait. */
export function installAtomics(gate: Gate, tasks: Tasks, { over, waits }: Pick<Promises, 'over' | 'waits'>): void {
  for (const name of ATOMIC_NAMES) {
    if (name === 'wait' || name === 'waitAsync') continue;
    const native = Reflect.get(Atomics, name) as Native | undefined;
    if (native === undefined) continue;
    Reflect.set(Atomics, name, (...given: unknown[]) => {
      const args = given.map(bare);
      const [view, index] = args as [TypedArray, unknown];
      const element = isShared(view) ? { view, index: Number(index) } : undefined;
      return gate.perform(atomicText(name, args), () => native(...args), element);
    });
  }
  const { waitAsync } = Atomics as { waitAsync?: Native };
  let calls = 0;
  if (waitAsync !== undefined)
    Reflect.set(Atomics, 'waitAsync', (...given: unknown[]) => {
      const time = over.includes(calls++) ? SHORT_MS : Infinity;
      return promising({ gate, tasks, time }, waitAsync, given.map(bare));
    });
  const native = Atomics.wait as Native;
  let waitCalls = 0;
  Reflect.set(Atomics, 'wait', (...given: unknown[]) =>
    waiting(gate, native, given.map(bare), waits.includes(waitCalls++) ? SHORT_MS : Infinity),
  );
}

/** A wait that nobody ends is given so much. */
const SHORT_MS = 1;

interface Promising {
  readonly gate: Gate;
  readonly tasks: Tasks;
  /** For so many milliseconds the engine waits. */
  readonly time: number;
}

/** The engine's promise: that it is settled is a task, and what it is settled with is the engine's. */
function promising({ gate, tasks, time }: Promising, native: Native, args: unknown[]): unknown {
  const [view, index, value, milliseconds] = args;
  const mostTime = Number(milliseconds) <= 0 ? 0 : time;
  const call = (): unknown => native(view, index, value, mostTime);
  const element = { view: view as TypedArray, index: Number(index) };
  const text = atomicText('waitAsync', args);
  const result = gate.perform(text, call, isShared(view as TypedArray) ? element : undefined, waitAsyncText);
  const { async, value: promise } = result as { async: boolean; value: Promise<unknown> };
  if (!async) return result;
  const settled = new Promise((resolve) => {
    void promise.then((got) =>
      tasks.arrived(got === 'timed-out' ? TIMED_OUT : PROMISE, {
        port: undefined,
        data: undefined,
        run: () => resolve(got),
      }),
    );
  });
  return { async, value: settled };
}

/** `time`: for so many milliseconds the engine waits. */
function waiting(gate: Gate, native: Native, args: unknown[], time: number): unknown {
  const text = atomicText('wait', args);
  gate.pass(text);
  const [view, index, value, milliseconds] = args;
  let found: unknown;
  try {
    found = native(view, index, value, 0);
  } catch (error) {
    gate.did(undefined);
    throw error;
  }
  if (found === 'not-equal' || Number(milliseconds) <= 0) {
    gate.did(found);
    return found;
  }
  const stack = theirLines(new Error().stack);
  gate.tell({ kind: 'sleeps', view: view as Int32Array, index: Number(index), value: value as number, text, stack });
  const result = native(view, index, value, time);
  if (result === 'not-equal') gate.tell({ kind: 'late' });
  return gate.perform(`${text} = ${String(result)}`, () => result);
}
