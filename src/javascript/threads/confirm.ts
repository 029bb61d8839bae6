/**
 * A recorded bug on real threads: each agent is a thread of the engine that runs the program's own text on memory that all
 * share. One of them goes on at a time, in the recorded order, from operation to operation; that it does there what was
 * recorded, and that this comes to the same, is asked of every step. The end is the engine's own (ending.ts).
 *
 * A thread that has told that it sleeps is a moment away from sleeping, which nobody can see; it is given that moment. If it
 * was not enough the engine says so, and all is done again with more.
 */
import type { MessagePort } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentThread } from './agent-thread.ts';
import type { Cast } from './cast.ts';
import { Differs, Late, toldText } from './differs.ts';
import { endAsRecorded } from './ending.ts';
import type { Envelope, ThreadSetup } from './messages.ts';
import type { Script } from './script.ts';
import { isTold, ThreadsError, type Turn } from './turns.ts';

export interface Confirmation {
  readonly threads: number;
  /** Steps that were as recorded. */
  readonly steps: number;
  /** What was seen at the end. */
  readonly seen: readonly string[];
  /** Why it is not confirmed; undefined when it is. */
  readonly differs: string | undefined;
}

/** Milliseconds that one who sleeps is given, in one attempt after another. */
const SETTLE_MS = [5, 25, 125];
const LONGEST_SETTLE_MS = 1_000;
/** A sign that does not come in this time never will: a thread starts, and reads its files. */
const PATIENCE_MS = 8_000;
const LONGEST_START_MS = 30_000;

/** Throws ThreadsError for a program that asks for what threads here have not. */
export async function confirm(script: Script, patience = PATIENCE_MS): Promise<Confirmation> {
  const { end } = script;
  if (end.kind !== 'race') return confirmed({ script, sides: [] }, patience);
  // Which of the accesses before it the last one races with is not known: they are tried, the last first.
  let found: Confirmation | undefined;
  for (const first of end.against) {
    const next = await confirmed(upToRace(script, first), patience);
    if (next.differs === undefined) return next;
    found ??= next;
  }
  return found as Confirmation;
}

/**
 * The first side of the race is held in front of what it does, and the second comes as far. Whoever has read what the first
 * wrote reads something else now: where that leads elsewhere is seen, what it is may differ.
 */
function upToRace(script: Script, first: number): Play {
  const turns = script.turns.map((turn, i) => (i > first ? { ...turn, isLoose: true } : turn));
  const [one, other] = [turns[first], turns.at(-1)] as [Turn, Turn];
  const others = turns.filter((turn, i) => i < turns.length - 1 && (i < first || turn.agent !== one.agent));
  return { script: { ...script, turns: others }, sides: [one, other] };
}

async function confirmed(play: Play, patience: number): Promise<Confirmation> {
  for (const settle of SETTLE_MS) {
    const found = await attempt(play, patience, settle);
    if (!found.isLate) return found;
  }
  return attempt(play, patience, LONGEST_SETTLE_MS);
}

type Play = Pick<Cast, 'script' | 'sides'>;
/** `isLate`: it differs, perhaps because somebody slept later than others went on. */
type Attempt = Confirmation & { readonly isLate: boolean };

async function attempt(play: Play, patience: number, settle: number): Promise<Attempt> {
  const { script } = play;
  const threads: AgentThread[] = [];
  const started = (thread: AgentThread, setup: ThreadSetup): void => {
    threads.push(thread);
    thread.start(setup);
  };
  let steps = 0;
  const result = { threads: script.names.length, seen: [] as readonly string[], differs: undefined, isLate: false };
  try {
    const cast = await begin(play, patience, started);
    for (const turn of script.turns) {
      if (await take(cast, turn)) steps++;
      if (turn.sleeps) await sleep(settle);
    }
    return { ...result, steps, seen: await endAsRecorded(cast) };
  } catch (error) {
    if (!(error instanceof Differs)) throw error;
    return { ...result, steps, differs: error.message, isLate: error instanceof Late };
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

async function begin(
  play: Play,
  patience: number,
  started: (thread: AgentThread, setup: ThreadSetup) => void,
): Promise<Cast> {
  const { script } = play;
  const { main, isProgram, files, notes, names, owners, promises } = script;
  const control = new Int32Array(new SharedArrayBuffer(4 * (names.length + 1)));
  const setup = { main, isProgram, born: undefined, names, owners, promises, files, notes, control };
  const root = new AgentThread(control);
  const begins = (agent: number, port: MessagePort): void => agents[agent]?.attach(port);
  const agents: AgentThread[] = names.map(() => new AgentThread(control, begins));
  const own = (agent: number, given: Envelope | undefined): ThreadSetup => ({
    ...setup,
    agent,
    given,
    calls: script.calls?.[agent],
  });
  if (isProgram) {
    started(agents[0] as AgentThread, own(0, undefined));
    await agents[0]?.next(LONGEST_START_MS);
    return { ...play, agents, root, patience };
  }
  started(root, { ...setup, agent: undefined, given: undefined, calls: undefined });
  const made = await root.take(LONGEST_START_MS);
  if (made?.kind === 'refused') throw new ThreadsError(made.why);
  if (made?.kind !== 'ready') throw new Differs(`setup() is to give something; its thread ${toldText(made)}`);
  const first = agents.slice(0, script.first);
  for (const [agent, thread] of first.entries()) started(thread, own(agent, made.given[agent]));
  for (const thread of first) await thread.next(LONGEST_START_MS);
  return { ...play, agents, root, patience };
}

/**
 * Gives a turn, and comes back when its agent stands still again. False for one that writes, or comes to, something else than
 * was recorded, where it may. Throws Differs.
 */
async function take({ script, agents, patience }: Cast, turn: Turn): Promise<boolean> {
  const { agent, step, text, result, sleeps, kind, isLoose = false } = turn;
  const thread = agents[agent] as AgentThread;
  const differ = (does: string, seen: string, isLate = false): never => {
    throw new (isLate ? Late : Differs)(`at step ${step} ${script.names[agent]} ${does}; its thread ${seen}`);
  };
  if (kind === 'task') {
    if (await thread.begin(text, patience)) return true;
    const told = await thread.next(0);
    if (told?.kind === 'refused') throw new ThreadsError(told.why);
    differ(`does its next task, ${text}`, told === undefined ? 'is brought no such thing' : toldText(told));
  }
  const stands = await thread.take(patience);
  if (stands?.kind === 'refused') throw new ThreadsError(stands.why);
  if (stands?.kind !== 'stands' || !isTold(stands.text, turn)) {
    const isAsleep = stands === undefined && thread.sleep !== undefined;
    differ(`does ${text}`, isAsleep ? `sleeps in ${thread.sleep?.text}` : toldText(stands), stands?.kind === 'late');
  }
  thread.go(agent);
  const did = await thread.take(patience);
  if (sleeps && did?.kind === 'sleeps') return stands?.kind === 'stands' && stands.text === text;
  if (sleeps || did?.kind !== 'did') differ(sleeps ? `sleeps in ${text}` : `does ${text}`, toldText(did));
  // What a call of many elements gives back is not what its last part comes to.
  const isOther = did?.kind === 'did' && did.result !== result && kind !== 'bulk';
  if (isOther && !isLoose) {
    const isLess = kind === 'notify' && Number(did.result) < Number(result);
    differ(`does ${text}, which comes to ${result}`, toldText(did), isLess);
  }
  // One that goes on to wait for what others send it tells nothing.
  if (!script.hasTasks && (await thread.next(patience)) === undefined)
    differ(`is done with ${text}`, 'comes to nothing more that is shared');
  return !isOther && stands?.kind === 'stands' && stands.text === text;
}
