/**
 * Atomics. What they check, what they say when it is wrong and what they come to is the engine's own: it is called in the
 * one step in which the operation is performed. Only who waits for whom is ours (wait.ts).
 */
import type { Agent } from '../agent.ts';
import type { Operation, OperationKind, Touch } from '../operation.ts';
import { atomicText, atomicTouch } from './atomic-touch.ts';
import { whenLong } from './length.ts';
import { mayReach, type SharedView, sharedView } from './views.ts';
import { Notify, waitAsyncOf, waitOf } from './wait.ts';

const KINDS: ReadonlyMap<string, OperationKind> = new Map([
  ['load', 'load'],
  ['store', 'store'],
  ...['add', 'sub', 'and', 'or', 'xor', 'exchange', 'compareExchange'].map((name) => [name, 'update'] as const),
]);

type Native = (...args: readonly unknown[]) => unknown;

/** One of Atomics, called with these arguments. */
export function atomic(name: string, args: readonly unknown[], site: number): Operation {
  const prepared = primitives(args);
  const shared = sharedView(prepared[0]);
  const at = shared === undefined ? undefined : byteOf(shared, prepared[1]);
  const isAhead = at === undefined && shared?.place.length !== undefined && mayReach(shared, indexOf(prepared[1]));
  return isAhead ? atomicAhead(name, shared, prepared, site) : madeOf(name, shared, at, prepared, site);
}

/** Of an element that is outside now and may not be then. */
function atomicAhead(name: string, shared: SharedView, args: readonly unknown[], site: number): Operation {
  const at = (): number | undefined => byteOf(shared, args[1]);
  const make = (): Operation => madeOf(name, shared, at(), args, site);
  return whenLong(shared, () => at() !== undefined, make, site);
}

function madeOf(
  name: string,
  shared: SharedView | undefined,
  at: number | undefined,
  args: readonly unknown[],
  site: number,
): Operation {
  if (name === 'wait') return waitOf(shared, at, args, site);
  if (name === 'waitAsync') return waitAsyncOf(shared, at, args, site);
  if (name === 'notify') return new Notify(shared, at, args, site);
  return new AtomicOperation(name, args, shared, at, site);
}

export class AtomicOperation implements Operation {
  readonly kind: OperationKind;
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly name: string;
  readonly args: readonly unknown[];

  constructor(
    name: string,
    args: readonly unknown[],
    shared: SharedView | undefined,
    at: number | undefined,
    site: number,
  ) {
    this.name = name;
    this.args = args;
    this.site = site;
    // isLockFree and pause touch nothing; whatever else there is one day may write.
    this.kind = KINDS.get(name) ?? (at === undefined ? 'load' : 'update');
    this.touches = shared === undefined || at === undefined ? [] : atomicTouch(shared, at, this.kind !== 'load');
  }

  text(): string {
    return atomicText(this.name, this.args);
  }

  /** A compareExchange that finds another value only reads (ECMA-262, 25.4.6). */
  wrote(result: unknown): boolean {
    const [view, , expected] = this.args;
    if (this.name !== 'compareExchange' || !ArrayBuffer.isView(view)) return true;
    const one = new (view.constructor as new (length: number) => { [index: number]: unknown })(1);
    one[0] = expected;
    return one[0] === result;
  }

  perform(agent: Agent): unknown {
    const native = (Atomics as unknown as Record<string, Native | undefined>)[this.name];
    if (native === undefined) throw new TypeError(`Atomics.${this.name} is not a function`);
    if (this.kind === 'load') return native(...this.args);
    const [view, index] = this.args as [Int32Array, number];
    const before = this.kind === 'store' && this.touches.length > 0 ? Atomics.load(view, index) : undefined;
    const result = native(...this.args);
    if (Atomics.load(view, index) !== (before ?? result)) agent.effects++;
    return result;
  }
}

/** First byte of the element within the buffer; undefined for what Atomics will refuse. */
function byteOf({ view, width, offset }: SharedView, key: unknown): number | undefined {
  const index = indexOf(key);
  if (view instanceof DataView || index < 0 || index >= view.length) return undefined;
  return offset + index * width;
}

const indexOf = (key: unknown): number => (typeof key === 'symbol' ? -1 : Math.trunc(Number(key)) || 0);

/** An object is made a primitive here and not twice: its valueOf is the program's. */
function primitives(args: readonly unknown[]): readonly unknown[] {
  for (let i = 1; i < args.length; i++) {
    if (typeof args[i] === 'object' && args[i] !== null) return args.map((arg, k) => (k === 0 ? arg : once(arg)));
  }
  return args;
}

function once(arg: unknown): unknown {
  return typeof arg === 'object' && arg !== null ? +(arg as unknown as number) : arg;
}
