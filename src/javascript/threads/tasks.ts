/**
 * Tasks of a thread's event loop that come from elsewhere, and its immediates: the engine brings them, and each is begun when
 * it is its turn. Whatever others send may be late, so what the order of two of them is here it may be anywhere.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Gate } from './gate.ts';
import type { ToThread } from './messages.ts';
import { ThreadTimers } from './timers.ts';
import { PROMISE } from './turns.ts';

export const IMMEDIATES = 'immediates';

/** What has come in and is not begun. */
interface Held {
  /** Of a message: the port that it is on, and what it is. */
  readonly port: object | undefined;
  readonly data: unknown;
  /** It keeps nothing alive by itself. */
  readonly isLazy?: boolean;
  run(): void;
}

const { setImmediate } = globalThis;

export class Tasks {
  readonly #gate: Gate;
  readonly #control: MessagePort;
  readonly #held = new Map<string, Held[]>();
  #immediates: Immediate[] = [];
  #promises: number;
  readonly #timers = new ThreadTimers({
    arrived: (what, run) => this.arrived(what, { port: undefined, data: undefined, run, isLazy: true }),
    changed: () => this.keep(),
  });

  /** `control` brings whose turn it is. It keeps nothing alive but what has come in, and so many promises that are to settle. */
  constructor(gate: Gate, control: MessagePort, promises = 0) {
    this.#promises = promises;
    this.#gate = gate;
    this.#control = control;
    control.on('message', ({ begin }: ToThread) => {
      if (begin?.startsWith(PROMISE) === true) this.#promises--;
      if (begin === IMMEDIATES) this.#beginImmediates();
      else if (begin !== undefined) this.#take(begin, undefined)?.run();
    });
    this.keep();
  }

  /** Puts them in place of the engine's. */
  install(): void {
    this.#timers.install();
    const own = {
      setImmediate: (f: Function, ...args: unknown[]) =>
        this.#setImmediate(() => void Reflect.apply(f, undefined, args)),
      clearImmediate: (immediate: Immediate | undefined) => {
        this.#immediates = this.#immediates.filter((one) => one !== immediate);
        this.keep();
      },
    };
    for (const [name, value] of Object.entries(own)) Reflect.set(globalThis, name, value);
  }

  arrived(what: string, held: Held): void {
    const all = this.#held.get(what);
    if (all === undefined) this.#held.set(what, [held]);
    else all.push(held);
    this.keep();
    this.#gate.tell({ kind: 'arrived', what });
  }

  /** Takes the first message off that a port has been brought. */
  takeMessage(what: string, port: object): { readonly data: unknown } | undefined {
    return this.#take(what, port);
  }

  #take(what: string, port: object | undefined): Held | undefined {
    const all = this.#held.get(what);
    if (all === undefined || all.length === 0 || (port !== undefined && all[0]?.port !== port)) return undefined;
    const held = all.shift();
    this.keep();
    return held;
  }

  #setImmediate(run: () => void): Immediate {
    const immediate = { run, ref: () => immediate, unref: () => immediate, hasRef: () => true };
    this.#immediates.push(immediate);
    this.keep();
    if (this.#immediates.length === 1) this.#gate.tell({ kind: 'arrived', what: IMMEDIATES });
    return immediate;
  }

  /** Those that they set come in the next turn. */
  #beginImmediates(): void {
    for (const { run } of this.#immediates.splice(0)) setImmediate(run);
    this.keep();
  }

  /** Is alive as long as there is something to do. */
  keep(): void {
    const isEmpty =
      this.#promises <= 0 &&
      this.#immediates.length === 0 &&
      !this.#timers.keepAlive &&
      [...this.#held.values()].every((all) => all.every(({ isLazy }) => isLazy === true));
    if (isEmpty) this.#control.unref();
    else this.#control.ref();
  }
}

interface Immediate {
  run(): void;
  ref(): Immediate;
  unref(): Immediate;
  hasRef(): boolean;
}
