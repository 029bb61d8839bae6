/**
 * A recorded execution as what real threads are to do: whose turn it is, what it does then, what that comes to, and how it
 * all ends. It is taken down while the recording is performed once more on the agents of a world.
 *
 * What threads cannot be made to do is refused here: to choose a value, to stop halfway through
 * something that this engine does at once. What the engine does by itself, such as to say that a worker is there, is no turn
 * (turns.ts).
 */
import { pathToFileURL } from 'node:url';
import { CHOICE, cpuOf, kindOf, TICK, valueOf } from '../../stepped/move.ts';
import { shown } from '../memory/element.ts';
import { Woken } from '../memory/wait.ts';
import type { Operation, Touch } from '../operation.ts';
import { filesRead } from '../platform/marks.ts';
import { programOf } from '../platform/programs.ts';
import type { Ended } from '../answer.ts';
import type { JavascriptProgram, ProgramRun } from '../program.ts';
import { failureOf, isUnderWay, keepsProcess, waitOf } from '../scheduled.ts';
import { sourceTexts } from '../texts.ts';
import type { WorldAgent } from '../world/agent.ts';
import { Time } from './time.ts';
import { isReceive, noteOf, PROMISE, ThreadsError, type Turn, Turns, waitAsyncText } from './turns.ts';
import { sameCall } from './whole.ts';

/** One that will never go on. */
export interface Stuck {
  readonly agent: number;
  readonly does: 'sleeps' | 'spins';
  /** Whether what it waits for is there. */
  readonly isThere: boolean;
}

export type End =
  | { readonly kind: 'failure'; readonly agent: number; readonly what: string }
  | { readonly kind: 'stuck'; readonly stuck: readonly Stuck[] }
  | { readonly kind: 'wrong'; readonly answer: Ended }
  /** Calls came to what they do not come to in any order. */
  | { readonly kind: 'calls' }
  /** The last turn races with one of these turns, by their indices, the last of them first. */
  | { readonly kind: 'race'; readonly against: readonly number[] };

/** A file as it was read, without types. */
export interface SourceFile {
  readonly text: string;
  readonly isModule: boolean;
}

/** Promises of an agent's Atomics.waitAsync, and what ends by time. */
export interface Promises {
  /** How many settle: until then it is there, although nothing else keeps it. */
  readonly settle: number;
  /** Which of its calls, from 0, end when their time is over. */
  readonly over: readonly number[];
  /** The same of Atomics.wait. */
  readonly waits: readonly number[];
}

export interface Script {
  /** The program, or the file that says what the agents are. */
  readonly main: string;
  readonly isProgram: boolean;
  /** How many agents there are from the beginning; they start the others. */
  readonly first: number;
  /** Agents that have to come to their end: not those that are at rest until they are sent something. */
  readonly ending: readonly number[];
  /** Agents that are at rest at the end, and have noted what finished() is to see. */
  readonly resting: readonly number[];
  /** Whether agents have more to do than what they begin with: to come to no step is no end then. */
  readonly hasTasks: boolean;
  /** By agent. */
  readonly promises: readonly Promises[];
  /** Of the n-th port that setup() makes, from 0: whose it is. */
  readonly owners: readonly (number | undefined)[];
  readonly names: readonly string[];
  /** By agent its calls, where the file says which operations there are. */
  readonly calls: readonly (readonly number[])[] | undefined;
  readonly turns: readonly Turn[];
  /** Lists in which to note is a turn. */
  readonly notes: readonly string[];
  readonly end: End;
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** Performs the moves; `isRace`: the last of them is one side of a data race. Throws ThreadsError for what threads cannot do. */
export function scriptOf(program: JavascriptProgram, moves: Uint16Array, isRace = false): Script {
  let performed: { readonly operation: Operation; readonly result: unknown; readonly sleeps: boolean } | undefined;
  const run = program.begin({
    performed: (agent, operation, result) =>
      void (performed ??= { operation, result, sleeps: agent.operation instanceof Woken && operation.kind === 'wait' }),
  });
  const { world } = run;
  // setup() has an agent of its own, which is at its end.
  const of = new Turns(world.agents[0] as WorldAgent, run.calls !== undefined);
  const turns: Turn[] = [];
  const time = new Time();
  for (const [i, move] of moves.entries()) {
    const step = i + 1;
    const agent = world.agents[cpuOf(move)] as WorldAgent;
    if (kindOf(move) === TICK) {
      time.passes(world, agent);
      continue;
    }
    const value = kindOf(move) === CHOICE ? valueOf(move) : undefined;
    const turn = of.described(agent, step, value);
    performed = undefined;
    world.step(agent, valueOf(move));
    if (turn === undefined) continue;
    if (turn.kind === 'waitAsync') time.called(agent);
    if (turn.kind === 'wait') time.waits(agent);
    const { result, sleeps } = performed ?? { result: undefined, sleeps: false };
    const told = toldOf(turn, result);
    turns.push({ ...turn, result: sleeps ? '' : told, sleeps });
  }
  const { agents } = of;
  const isProgram = run.main !== undefined;
  const whole = wholeTurns(turns);
  const end = isRace ? raceOf(whole) : endOf(run, agents);
  return {
    main: run.main ?? program.path,
    isProgram,
    names: agents.map(({ name }) => name),
    first: run.judged().length,
    calls: program.scenario,
    turns: whole,
    notes: [...new Set(turns.flatMap(({ text }) => noteOf(text) ?? []))],
    ending: run.judged().flatMap((agent) => (agent.isDone || isUnderWay(agent) ? [agents.indexOf(agent)] : [])),
    resting: isProgram
      ? []
      : run.judged().flatMap((agent) => (agent.isDone || isUnderWay(agent) ? [] : [agents.indexOf(agent)])),
    owners: of.owners,
    promises: agents.map((agent, i) => ({
      settle: whole.filter((one) => one.agent === i && one.text.startsWith(PROMISE)).length,
      over: time.overOf(agent),
      waits: time.waitsOver(agent),
    })),
    hasTasks:
      isProgram ||
      turns.some(
        ({ kind, text }) =>
          kind === 'task' || kind === 'waitAsync' || isReceive(text) || text.startsWith('postMessage to '),
      ),
    end,
    files: filesOf(program.path),
  };
}

function toldOf({ text, kind }: Pick<Turn, 'text' | 'kind'>, result: unknown): string {
  if (isReceive(text)) return receivedText(result);
  return kind === 'waitAsync' && result !== undefined ? waitAsyncText(result) : shown(result);
}

const receivedText = (got: unknown): string => (got === undefined ? 'nothing' : 'a message');

/** What goes in parts here is done at once by a thread: that others came in between it cannot show. */
function wholeTurns(turns: readonly Turn[]): Turn[] {
  const whole: Turn[] = [];
  /** By agent: the last part of what it was doing, and where that stands in `whole`. */
  const parts = new Map<number, { readonly part: Turn; readonly at: number }>();
  for (const turn of turns) {
    const before = parts.get(turn.agent);
    const call = sameCall(before?.part.text, turn.text);
    if (!call.continues) whole.push({ ...turn, text: call.text });
    else if (before?.at === whole.length - 1) whole[before.at] = { ...(whole[before.at] as Turn), result: turn.result };
    else {
      const what = `others come between the parts of ${call.text} at step ${turn.step}`;
      throw new ThreadsError(`${what}, which this engine does at once`);
    }
    parts.set(turn.agent, { part: turn, at: whole.length - 1 });
  }
  return whole;
}

function raceOf(turns: readonly Turn[]): End {
  const last = turns.at(-1);
  const conflicts = (one: Turn): boolean =>
    one.agent !== last?.agent && one.touches.some((a) => last?.touches.some((b) => isRacing(a, b)) === true);
  const against = [...turns.keys()].filter((i) => conflicts(turns[i] as Turn)).toReversed();
  if (against.length === 0) throw new ThreadsError('the two sides of its data race are not among its steps');
  return { kind: 'race', against };
}

const isRacing = (a: Touch, b: Touch): boolean =>
  a.place.isMemory &&
  a.place === b.place &&
  a.from < b.to &&
  b.from < a.to &&
  (a.writes || b.writes) &&
  !(a.atomic && b.atomic && a.from === b.from && a.to === b.to);

function endOf(run: ProgramRun, agents: readonly WorldAgent[]): End {
  const failure = failureOf(run.world);
  if (failure?.kind === 'livelock') throw new ThreadsError('a loop that comes to nothing shared cannot be looked into');
  if (failure !== undefined) return { kind: 'failure', agent: agents.indexOf(failure.agent), what: failure.what };
  const judged = run.judged();
  const stuck = agents.flatMap((agent, i): Stuck[] => {
    const wait = judged.includes(agent) || keepsProcess(agent) ? waitOf(agent) : undefined;
    if (wait === undefined) return [];
    if (!wait.spins && !(agent.operation instanceof Woken)) throw new ThreadsError(`${agent.name} ${wait.text}`);
    return [{ agent: i, does: wait.spins ? 'spins' : 'sleeps', isThere: wait.isThere }];
  });
  if (stuck.length > 0) return { kind: 'stuck', stuck };
  if (judged.some((agent) => !agent.isDone && isUnderWay(agent)))
    throw new ThreadsError('time would have to pass at its end');
  const answer = run.finished();
  if (answer === undefined && run.calls !== undefined) return { kind: 'calls' };
  if (answer === undefined) throw new ThreadsError('nothing that threads could show is wrong at its end');
  return { kind: 'wrong', answer };
}

function filesOf(program: string): Map<string, SourceFile> {
  const files = new Map<string, SourceFile>();
  for (const file of filesRead(program).keys()) {
    const text = sourceTexts.get(file);
    if (text !== undefined) files.set(file, { text, isModule: programOf(pathToFileURL(file).href).isModule });
  }
  return files;
}
