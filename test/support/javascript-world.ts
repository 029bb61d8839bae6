/** One agent with microtasks and timers: enough of a world to run a program as its twin. */
import { runInThisContext } from 'node:vm';
import { type Agent, type Deferred, type Job, type Pending, running } from '../../dist/src/javascript/agent.js';
import { language } from '../../dist/src/javascript/language/language.js';
import { memory } from '../../dist/src/javascript/language/memory.js';
import { runAsync } from '../../dist/src/javascript/language/async.js';
import { invoke } from '../../dist/src/javascript/language/call.js';
import { ended } from '../../dist/src/javascript/language/flow.js';
import { AgentPromise } from '../../dist/src/javascript/language/promise/constructor.js';
import { languageFunction } from '../../dist/src/javascript/language/internal.js';
import type { Operation, Running } from '../../dist/src/javascript/operation.js';
import { AgentNames } from '../../dist/src/javascript/platform/global-names.js';
import { twinOf, type TwinOptions } from '../../dist/src/javascript/transform/twin.js';
import { sites } from '../../dist/src/javascript/sites.js';
import { simpleMemory } from './javascript-memory.js';

export interface Run {
  readonly lines: string[];
  /** `Name: message` of what ended the program. */
  readonly error: string | undefined;
  readonly operations: string[];
  readonly unhandled: string[];
  readonly idle: number;
  readonly exports: Record<string, unknown>;
}

const IDLE_LIMIT = 100_000;

export class SimpleWorld implements Agent {
  readonly id = 0;
  readonly name = 'main';
  operation: Operation | undefined;
  performed = 0;
  effects = 0;
  turns = 0;
  readonly places = new Map<string, number>();
  readonly mayWait = true;
  readonly pending: Set<Pending> = new Set();
  idleTimes = 0;
  readonly operations: string[] = [];
  /** Sites of what was performed where nobody could come between. */
  readonly inPlace = new Set<number>();
  readonly lines: string[] = [];
  private readonly micro: Job[] = [];
  private readonly tasks: { at: number; job: Job }[] = [];
  private readonly rejections = new Map<object, unknown>();
  private readonly loaded = new Map<string, Record<string, unknown>>();
  /** Values that a program may find as a global. */
  readonly given: Record<string, unknown> = {};
  readonly files: Record<string, string>;
  readonly options: Partial<TwinOptions>;
  now = 0;

  constructor(files: Record<string, string> = {}, options: Partial<TwinOptions> = {}) {
    this.files = files;
    this.options = options;
    memory.current = simpleMemory;
  }

  /** In the middle of a step, for code that cannot be left. */
  perform(operation: Operation): unknown {
    this.inPlace.add(operation.site);
    return this.operate(operation);
  }

  private operate(operation: Operation): unknown {
    if (++this.performed > IDLE_LIMIT) throw new Error('does not end');
    this.turns = 0;
    this.operations.push(`${operation.kind} ${sites.get(operation.site)?.text ?? ''}`);
    return operation.perform(this, 0);
  }
  postAtAnyMoment(job: Job): void {
    this.tasks.push({ at: this.now, job });
  }
  hung(site: number): Error {
    return new Error(`hang at ${sites.where(site)}`);
  }
  /** What another agent would do while this one waits. */
  onIdle: (() => void) | undefined;
  /** Operations that the last idle iteration performed. */
  reread: string[] = [];
  idle(_site: number, since: number): void {
    if (++this.idleTimes > IDLE_LIMIT) throw new Error('spins');
    this.reread = this.operations.slice(since);
    this.onIdle?.();
  }
  post(job: Job): void {
    this.tasks.push({ at: this.now, job });
  }
  wokenBy(): void {}
  stand(): void {
    throw new Error('nothing is waited for');
  }
  deferred(): Deferred {
    throw new Error('nothing is waited for');
  }
  enqueue(job: Job): void {
    this.micro.push(job);
  }
  rejected(promise: object, reason: unknown): void {
    this.rejections.set(promise, reason);
  }
  handled(promise: object): void {
    this.rejections.delete(promise);
  }

  /** Runs code to its end, performing each operation as it comes. */
  private drive(it: Running): unknown {
    let result = it.next();
    while (!result.done) {
      let value: unknown;
      try {
        value = this.operate(result.value);
      } catch (error) {
        result = it.throw(error);
        continue;
      }
      result = it.next(value);
    }
    return result.value;
  }

  later(f: unknown, ms: number, args: unknown[]): number {
    return this.tasks.push({ at: this.now + Number(ms || 0), job: () => invoke(f, undefined, args) });
  }

  /** Loads a file: gives its exports. */
  *load(file: string, text: string, options: TwinOptions): Running<Record<string, unknown>> {
    const twin = twinOf(text, file, options);
    const make = runInThisContext(twin.code, { filename: file }) as (env: object) => (...args: unknown[]) => Running;
    const exports: Record<string, unknown> = {};
    this.loaded.set(file, exports);
    const module = { exports };
    const find = (name: string): Running<Record<string, unknown>> => this.find(name.replace(/^\.\//, ''), options);
    const requireFile = languageFunction('require', 1, (name) => find(String(name)));
    const importModule = languageFunction('import', 1, (name) => runAsync(find(String(name))));
    const env = {
      ...language,
      importModule,
      meta: { url: `file:///${file}` },
      globals: this.globals(),
      ownThis: (self: unknown) => self,
    };
    const body = make(env);
    const it =
      options.kind === 'module'
        ? body.call(undefined, exports, requireFile)
        : body.call(exports, exports, requireFile, module, file, '.');
    if (twin.awaits) {
      const promise = yield* runAsync(it);
      yield* invoke((promise as Promise<unknown>).then, promise, [
        undefined,
        languageFunction('failed', 1, (error) => ended(void this.lines.push(`module failed: ${String(error)}`))),
      ]);
    } else yield* it;
    this.loaded.set(file, module.exports);
    return module.exports;
  }

  private *find(wanted: string, options: TwinOptions): Running<Record<string, unknown>> {
    const text = this.files[wanted];
    const have = this.loaded.get(wanted);
    if (have !== undefined) return have;
    if (text === undefined) throw new Error(`no file ${wanted}`);
    return yield* this.load(wanted, text, options);
  }

  /** What is not here is as the machine has it. */
  globals(): Record<string, unknown> {
    const names = Object.create(globalThis) as Record<string, unknown>;
    return Object.assign(names, {
      globalThis: names,
      ...this.given,
      console: { log: (...all: unknown[]) => void this.lines.push(all.map(show).join(' ')) },
      Promise: AgentPromise,
      queueMicrotask: languageFunction('queueMicrotask', 1, (f) => ended(this.enqueue(() => invoke(f, undefined, [])))),
      setTimeout: languageFunction('setTimeout', 2, (f, ms, ...args) => ended(this.later(f, ms as number, args))),
    });
  }

  run(text: string, file = 'program.js'): Run {
    running.agent = this;
    const options: TwinOptions = { kind: 'script', globals: new AgentNames(), ...this.options };
    let error: string | undefined;
    let exports: Record<string, unknown> = {};
    const step = (it: Running): unknown => {
      try {
        return this.drive(it);
      } catch (thrown) {
        error ??= thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown ${show(thrown)}`;
        if (process.env.STACK) console.error(thrown);
        return undefined;
      }
    };
    exports = (step(this.load(file, text, options)) ?? {}) as Record<string, unknown>;
    for (let rounds = 0; error === undefined && rounds < IDLE_LIMIT; rounds++) {
      const job = this.micro.shift();
      if (job !== undefined) step(job() as Running);
      else {
        const next = this.tasks.sort((a, b) => a.at - b.at).shift();
        if (next === undefined) break;
        this.now = next.at;
        step(next.job() as Running);
      }
    }
    running.agent = undefined;
    const unhandled = [...this.rejections.values()].map((one) =>
      one instanceof Error ? `${one.name}: ${one.message}` : show(one),
    );
    return { lines: this.lines, error, operations: this.operations, unhandled, idle: this.idleTimes, exports };
  }
}

/** A value as both worlds show it. */
export function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'string') return value;
  if (typeof value === 'symbol' || typeof value === 'function' || typeof value === 'bigint') return String(value);
  if (value !== null && typeof value === 'object' && (value instanceof AgentPromise || value instanceof Promise))
    return '[promise]';
  try {
    return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? String(value);
  } catch (error) {
    return String(error);
  }
}
