/**
 * worker.stdout and worker.stderr: what a worker prints, when it was started with `stdout: true`, comes to its maker as
 * buffers, in order among themselves, and ends behind its end. Without that it is printed with the maker's own,
 * and there is nothing to read.
 */
import { running } from '../agent.ts';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import { current } from '../world/current.ts';
import { callBack } from '../world/leave.ts';
import { emit, watched } from './events.ts';
import type { Realm } from './realm.ts';
import { refuse } from './refused.ts';

interface State {
  readonly name: string;
  readonly isRead: boolean;
  readonly kept: Buffer[];
  isFlowing: boolean;
  isOver: boolean;
  hasEnded: boolean;
  encoding: BufferEncoding | undefined;
  readonly into: Set<Writes>;
}

interface Writes {
  write(chunk: unknown): unknown;
  end?(): unknown;
}

const states = hidden<State>();

function stateOf(stream: unknown): State {
  const state = states.of(stream as object);
  if (state === undefined) throw new TypeError('Illegal invocation');
  return state;
}

/** The class of such streams, an event emitter. */
export function makeWorkerOutput(realm: Realm): new (name: string, isRead: boolean) => object {
  class Readable extends (realm.EventEmitter as new () => object) {
    readonly readable = true;

    constructor(name: string, isRead: boolean) {
      super();
      const state = { name, isRead, kept: [], isFlowing: false, isOver: false, hasEnded: false, encoding: undefined };
      states.put(this, { ...state, into: new Set() });
    }

    /** A listener of data begins the flow. */
    [watched](event: string | symbol): void {
      if (event === 'readable') refuse('"readable" of a worker\'s output is not there: listen to "data"');
      if (event === 'data') flow(this);
    }

    get readableEnded(): boolean {
      return stateOf(this).hasEnded;
    }

    get readableFlowing(): boolean {
      return stateOf(this).isFlowing;
    }

    setEncoding(encoding: BufferEncoding): this {
      stateOf(this).encoding = encoding;
      return this;
    }

    resume(): this {
      flow(this);
      return this;
    }

    pause(): this {
      stateOf(this).isFlowing = false;
      return this;
    }

    pipe(into: Writes): Writes {
      stateOf(this).into.add(into);
      // What is not to be read is printed with the maker's own already.
      if (stateOf(this).isRead) flow(this);
      return into;
    }

    unpipe(into?: Writes): this {
      const state = stateOf(this);
      if (into === undefined) state.into.clear();
      else state.into.delete(into);
      return this;
    }

    ref(): this {
      return this;
    }

    unref(): this {
      return this;
    }

    [Symbol.asyncIterator](): never {
      return refuse('to go through a worker\'s output is not there: listen to "data"');
    }

    read(): never {
      return refuse('read() of a worker\'s output is not there: listen to "data"');
    }
  }
  return Readable;
}

function flow(stream: object): void {
  const state = stateOf(stream);
  if (!state.isRead) {
    refuse(`worker.${state.name} has nothing to read: start the worker with ${state.name}: true`);
  }
  if (state.isFlowing) return;
  state.isFlowing = true;
  // As a stream of Node: listeners that come in the same turn miss nothing.
  if (state.kept.length > 0 || state.isOver) later(() => drained(stream));
}

const later = (code: () => Running): void => void (running.agent === undefined ? 0 : current().loop.ticks.push(code));

function* drained(stream: object): Running {
  const state = stateOf(stream);
  while (state.isFlowing && state.kept.length > 0) yield* told(stream, state.kept.shift() as Buffer);
  if (state.isFlowing && state.isOver && !state.hasEnded) {
    state.hasEnded = true;
    for (const into of state.into) if (!isProcessStream(into)) yield* callBack(into.end, into, []);
    yield* emit(stream, 'end', []);
    yield* emit(stream, 'close', []);
  }
  return undefined;
}

/** Those of a process stay open when what is led into them ends. */
const isProcessStream = (into: object): boolean => 'fd' in into;

function* told(stream: object, chunk: Buffer): Running {
  const { encoding, into } = stateOf(stream);
  const value = encoding === undefined ? chunk : chunk.toString(encoding);
  yield* emit(stream, 'data', [value]);
  for (const one of into) yield* callBack(one.write, one, [value]);
  return undefined;
}

/** Something was printed. */
export function* printed(stream: object, text: string): Running {
  stateOf(stream).kept.push(Buffer.from(text));
  return yield* drained(stream);
}

/** The worker is over: told of when the turn is. */
export function over(stream: object): void {
  const state = stateOf(stream);
  state.isOver = true;
  if (state.isFlowing) later(() => drained(stream));
}
