/**
 * Ordinary JavaScript that can be run again and again. A file says what its agents are:
 *
 *     export function setup() {...}                  what is shared: made once, handed to all; its own agent, alone
 *     export const agents = [(shared) => ..., ...]   one agent each, with its own instances of all modules
 *     export function finished(shared) {...}         false, or a text that says why, when the end is not as it should be
 *
 * or that they are a program: `export const program = './main.js'`, whose main thread and workers are the agents; or which
 * operations there are (calls.ts), and a scenario says which agents call them.
 */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone, finishedOf, TooLongError } from './alone.ts';
import type { Ended } from './answer.ts';
import { byModel, Calls, makesCalls, operationNames } from './calls.ts';
import { isRefusal, JavascriptError } from './error.ts';
import { invoke } from './language/call.ts';
import { Notes, NotesError } from './notes.ts';
import { placeOnStack } from './on-stack.ts';
import type { Running } from './operation.ts';
import { Output } from './platform/console.ts';
import { isPortOrChannel } from './platform/ports.ts';
import { changesSince, forgetChanges } from './platform/changes.ts';
import { enterProgram, filesRead, markOf } from './platform/marks.ts';
import { sharedOf, startAgent, startProgram } from './platform/start.ts';
import { failureOf } from './scheduled.ts';
import { type Site, sites } from './sites.ts';
import type { WorldAgent } from './world/agent.ts';
import { HungError } from './world/hung.ts';
import { type Listener, World } from './world/world.ts';

export interface ProgramRun {
  readonly world: World;
  /** Of a whole program, whose agents are its main thread and workers: the file that it begins with. */
  readonly main: string | undefined;
  /** Agents that have to come to their end. */
  judged(): readonly WorldAgent[];
  /** Asks the program's own finished(): undefined when all is well. */
  finished(): Ended | undefined;
  /** Of a file that says which operations there are. */
  readonly calls: Calls | undefined;
  /** What a call comes to by the file's model, behind others; undefined without one. */
  readonly model: ((order: readonly number[], waits: object) => unknown) | undefined;
}

/** What decides where there is a step, and so is known before a search and the same all through it. */
interface Known {
  /** Agents that go by how many messages there are when (world/loop.ts), by name. */
  readonly counting: ReadonlySet<string>;
  /** Lists in which several agents note. */
  readonly met: ReadonlySet<string>;
}

export interface ProgramOptions {
  readonly timeouts: 'idle' | 'any';
  /** Of a recording: hashes of the files, by path as seen from the first; undefined for whatever they are. */
  readonly files: Readonly<Record<string, string>> | undefined;
  /** Whether instances of modules without state of their own serve in the next execution; unless it is false. */
  readonly reuse?: boolean | undefined;
  /** Of a file that says which operations there are: by agent, which it calls; one call of the first by default. */
  readonly scenario?: Scenario | undefined;
}

export type Scenario = readonly (readonly number[])[];

type Exports = Readonly<Record<string, unknown>>;

/** Operations of setup() and finished(), which run alone. */
const MOST_ALONE = 1_000_000;
const HASH_DIGITS = 16;
const ONE_CALL: Scenario = [[0]];

export class JavascriptProgram {
  readonly #path: string;
  readonly #unpreempted = new Set<string>();
  readonly #met = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #uncounted = new Set<string>();
  #known: Known | undefined;
  readonly #timeouts: ProgramOptions['timeouts'];
  readonly #scenario: Scenario;
  readonly #reuse: boolean;
  /** Names of the operations that the file says there are; none of one that names agents or a program. */
  operations: readonly string[] = [];

  constructor(path: string, { files, timeouts, scenario = ONE_CALL, reuse = true }: ProgramOptions) {
    this.#reuse = reuse;
    this.#path = path;
    this.#timeouts = timeouts;
    this.#scenario = scenario;
    if (files !== undefined) this.#compare(files);
    // What others have left behind is nothing of this one's.
    forgetChanges();
    const { world } = this.#firstBegun();
    const failure = failureOf(world);
    if (failure !== undefined)
      this.#refuse(failure.what, failure.site >= 0 ? [sites.where(failure.site)] : failure.details);
  }

  get path(): string {
    return this.#path;
  }

  /** Hashes of what has been read, by path as seen from the first. */
  get files(): Readonly<Record<string, string>> {
    const from = dirname(this.#path);
    const hashes = [...filesRead(this.#path)].map(
      ([file, mark]) => [relative(from, file), mark.slice(0, HASH_DIGITS)] as const,
    );
    return Object.fromEntries(hashes.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get hash(): string {
    return createHash('sha256').update(JSON.stringify(this.files)).digest('hex').slice(0, HASH_DIGITS);
  }

  /** Files that do not have these hashes, by path as seen from the first. */
  changedSince(files: Readonly<Record<string, string>>): string[] {
    const from = dirname(this.#path);
    return Object.keys(files).filter((file) => markOf(resolve(from, file)).slice(0, HASH_DIGITS) !== files[file]);
  }

  /** Places whose operations were performed without being preempted, so far. */
  get unpreempted(): readonly string[] {
    return [...this.#unpreempted];
  }

  /** What several agents have noted in, or read where another has noted, so that nobody could come between (notes.ts). */
  get met(): readonly string[] {
    return [...this.#met];
  }

  /** What agents have changed that all of them share, although real threads would not: built-in objects. */
  get changed(): readonly string[] {
    for (const name of changesSince(true).changed) this.#changed.add(name);
    return [...this.#changed];
  }

  /** From here on it is run knowing what executions so far have shown: the names of agents with more than messages to do. */
  know(counting: ReadonlySet<string>): void {
    this.#known = { counting, met: new Set(this.#met) };
    this.#met.clear();
  }

  /** By caller its calls, of a file that says which operations there are. */
  get scenario(): Scenario | undefined {
    return this.operations.length > 0 ? this.#scenario : undefined;
  }

  /**
   * Agents that turned out to have more than messages to do only when it was too late to go by how many there are: what they
   * do first is then a choice where there may be none.
   */
  get uncounted(): readonly string[] {
    return [...this.#uncounted];
  }

  /** Notes those of an execution. */
  noteUncounted({ world }: ProgramRun): void {
    const known = this.#known;
    if (known === undefined) return;
    for (const { name, loop } of world.agents) {
      if (loop.hasPhases && !known.counting.has(name)) this.#uncounted.add(name);
    }
  }

  site(number: number): Site | undefined {
    return sites.get(number);
  }

  /** A new world, set up: every agent stands in front of its first operation. */
  begin(listener: Listener = {}): ProgramRun {
    const unpreempted = (site: number): void =>
      void this.#unpreempted.add(site < 0 ? placeOnStack() : sites.where(site));
    return this.#begin({ ...listener, unpreempted }, this.#scenario, 'caller', (path) => this.#met.add(path));
  }

  /** What the program does to built-in objects may be too much for the search itself. */
  #firstBegun(): ProgramRun {
    try {
      return this.begin();
    } catch (error) {
      const { changed } = changesSince();
      if (isRefusal(error) || changed.length === 0) throw error;
      return this.#refuse(`its first lines change what the search itself needs: ${changed.join(', ')}`, []);
    }
  }

  /** The same for calls of a scenario that are not searched but made one after the other, beside one that is. */
  beginAlone(scenario: Scenario): ProgramRun {
    return this.#begin({}, scenario, 'alone', () => {});
  }

  #begin(listener: Listener, scenario: Scenario, callers: string, met: (path: string) => void): ProgramRun {
    const { changed, stuck } = changesSince();
    for (const name of changed) this.#changed.add(name);
    enterProgram(this.#path);
    if (stuck.length > 0) this.#refuse(`${stuck.join(', ')} is for good another than before: agents share it`, []);
    const world = new World({
      listener: {},
      isImpatient: this.#timeouts === 'any',
      counts: (name) => this.#known?.counting.has(name) ?? true,
    });
    const shared = sharedOf(world, this.#path, { output: new Output(), reuse: this.#reuse });
    let exports: Exports = {};
    let given: unknown;
    let isSet = false;
    let wrong: string | undefined;
    const sets = (own: Exports): Running => {
      exports = own;
      for (const name of ['setup', 'finished', 'attach'])
        if (own[name] !== undefined && typeof own[name] !== 'function') wrong ??= `${name} is no function`;
      return setsUp(wrong === undefined ? own : undefined, (made) => {
        given = made;
        isSet = true;
      });
    };
    const root = startAgent(shared, 'setup', sets, true);
    for (let i = 0; i < MOST_ALONE && world.failure === undefined && root.operation?.kind !== 'task'; i++) {
      if (root.operation === undefined || !world.enabled(root)) break;
      world.step(root);
    }
    if (wrong !== undefined) this.#refuse(wrong, []);
    if (!isSet && world.failure === undefined) {
      const what = root.operation === undefined ? 'end the process' : 'wait for what comes later, or for ever';
      this.#refuse(`its first lines, or setup(), ${what}: there are no agents then`, []);
    }
    root.halt(0);
    for (const end of Array.from(root.ends)) end.setFree(() => met('a port'));
    world.listener = listener;
    const notes = this.#notesOf(given, met);
    const calls = this.#callsOf(world, exports, scenario);
    const judged =
      calls === undefined
        ? this.#start(world, shared, exports, notes)
        : scenario.map((program, caller) => {
            const entry = (own: Exports): Running => makesCalls(own, notes.given, { calls, caller, program });
            return startAgent(shared, `${callers} ${caller + 1}`, entry);
          });
    for (const agent of judged) listener.started?.(root, agent);
    const { model, finished } = exports;
    return {
      world,
      main: typeof exports['program'] === 'string' ? this.#mainOf(exports['program']) : undefined,
      judged: () => judged,
      finished: () => {
        notes.settle();
        return finishedOf(root, finished, given, (why) => this.#refuse(why, []));
      },
      calls,
      model: model === undefined ? undefined : (order, waits) => this.#byModel(root, byModel(exports, order, waits)),
    };
  }

  /** Where the calls of a scenario are kept; undefined of a file that says of no operations. */
  #callsOf(world: World, exports: Exports, scenario: Scenario): Calls | undefined {
    const { agents, program, model } = exports;
    const names = operationNames(exports);
    if (names === undefined || agents !== undefined || program !== undefined || world.failure !== undefined)
      return undefined;
    const operations = exports['operations'] as Exports;
    if (names.length === 0) this.#refuse('operations names none', []);
    for (const name of names) {
      if (typeof operations[name] !== 'function') this.#refuse(`operations.${name} is no function`, []);
      if (model !== undefined && typeof (model as Exports)[name] !== 'function')
        this.#refuse(`model has no ${name}: it needs each of the operations`, []);
    }
    if (scenario.some((own) => own.some((one) => names[one] === undefined)))
      this.#refuse(`there are ${names.length} operations, and the calls are of more`, []);
    this.operations = names;
    return new Calls(scenario.length);
  }

  #byModel(root: WorldAgent, code: Running): unknown {
    try {
      return alone(root, code);
    } catch (error) {
      if (!(error instanceof HungError) && !(error instanceof TooLongError)) throw error;
      return this.#refuse('a call of the model does not come to its end', []);
    }
  }

  #notesOf(given: unknown, met: (path: string) => void): Notes {
    try {
      return new Notes(given, {
        isGiven: isPortOrChannel,
        isStep: (path) => this.#known?.met.has(path) ?? false,
        meet: met,
      });
    } catch (error) {
      if (!(error instanceof NotesError)) throw error;
      const advice = 'give shared buffers and plain values, and make the rest in each agent';
      return this.#refuse(`setup() gives ${error.message}, which no thread can be given: ${advice}`, []);
    }
  }

  #start(world: World, shared: ReturnType<typeof sharedOf>, exports: Exports, notes: Notes): WorldAgent[] {
    const { agents, program } = exports;
    if (typeof program === 'string') {
      const main = this.#mainOf(program);
      if (!existsSync(main)) this.#refuse(`program names a file that is not there: ${program}`, []);
      if (!statSync(main).isFile()) this.#refuse(`program names no file: ${program}`, []);
      return [startProgram(sharedOf(world, main, { output: shared.output, reuse: this.#reuse }))];
    }
    if (world.failure !== undefined) return [];
    if (program !== undefined) this.#refuse('program is no path', []);
    if (!Array.isArray(agents) || agents.length === 0) this.#refuse('agents is no list of functions', []);
    const odd = agents.findIndex((one: unknown) => typeof one !== 'function');
    if (odd >= 0) this.#refuse(`agents[${odd}] is no function`, []);
    return agents.map((one: unknown, i) => {
      const name = typeof one === 'function' && one.name !== '' ? one.name : `agent ${i + 1}`;
      return startAgent(shared, name, (own) => invoke((own['agents'] as unknown[])[i], undefined, [notes.given]));
    });
  }

  #mainOf(program: string): string {
    return program.startsWith('file:') ? fileURLToPath(program) : resolve(dirname(this.#path), program);
  }

  /** Before anything runs: a recording has none but its own files run. */
  #compare(files: Readonly<Record<string, string>>): void {
    const changed = this.changedSince(files);
    if (files[basename(this.#path)] === undefined) changed.unshift(basename(this.#path));
    if (changed.length === 0) return;
    const many = changed.length === 1 ? 'is not what it was' : 'are not what they were';
    throw new JavascriptError(this.#path, 1, 1, `${changed.join(', ')} ${many} when this was recorded`);
  }

  #refuse(what: string, details: readonly string[]): never {
    const [at] = details;
    throw new JavascriptError(this.#path, 1, 1, at === undefined ? what : `${what} (${at})`);
  }
}

/** Undefined: there is something wrong with the file. */
function* setsUp(exports: Exports | undefined, made: (given: unknown) => void): Running {
  if (exports === undefined) return undefined;
  const { setup } = exports;
  made(setup === undefined ? undefined : yield* invoke(setup, undefined, []));
  return undefined;
}
