/**
 * A recorded bug on real threads: each agent is a thread of the engine that runs the program's own text on memory that all
 * share. One of them goes on at a time, in the recorded order, from operation to operation; that it does there what was
 * recorded, and that this comes to the same, is asked of every step. The end is the engine's own (ending.ts).
 *
 * A thread that has told that it sleeps is a moment away from sleeping, which nobody can see; it is given that moment. If it
 * was not enough the engine says so, and all is done again with more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentThread } from './agent-thread.ts';
import { Differs, Late, toldText } from './differs.ts';
import { type Cast, endAsRecorded } from './ending.ts';
import type { ThreadSetup } from './messages.ts';
import { type Script, ThreadsError, type Turn } from './script.ts';

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
const SETTLE_MS = [5, 25, 125, 625];
/** A sign that does not come in this time never will: a thread starts, and reads its files. */
const PATIENCE_MS = 8_000;
const LONGEST_START_MS = 30_000;

/** Throws ThreadsError for a program that asks for what threads here have not. */
export async function confirm(script: Script, patience = PATIENCE_MS): Promise<Confirmation> {
  for (const settle of SETTLE_MS) {
    const found = await attempt(script, patience, settle);
    if (found !== 'late') return found;
  }
  return { threads: script.names.length, steps: 0, seen: [], differs: 'threads fall asleep too late here' };
}

async function attempt(script: Script, patience: number, settle: number): Promise<Confirmation | 'late'> {
  const threads: AgentThread[] = [];
  const started = (setup: ThreadSetup): AgentThread => {
    const thread = new AgentThread(setup);
    threads.push(thread);
    return thread;
  };
  let steps = 0;
  const result = { threads: script.names.length, seen: [] as readonly string[], differs: undefined };
  try {
    const cast = await begin(script, patience, started);
    for (const turn of script.turns) {
      await take(cast, turn);
      if (turn.sleeps) await sleep(settle);
      steps++;
    }
    return { ...result, steps, seen: await endAsRecorded(cast) };
  } catch (error) {
    if (error instanceof Late) return 'late';
    if (!(error instanceof Differs)) throw error;
    return { ...result, steps, differs: error.message };
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

async function begin(script: Script, patience: number, started: (setup: ThreadSetup) => AgentThread): Promise<Cast> {
  const { main, files, notes, names } = script;
  const control = new Int32Array(new SharedArrayBuffer(4 * (names.length + 1)));
  const setup = { main, files, notes, control };
  const root = started({ ...setup, agent: undefined, given: undefined });
  const made = await root.take(LONGEST_START_MS);
  if (made?.kind === 'refused') throw new ThreadsError(made.why);
  if (made?.kind !== 'ready') throw new Differs(`setup() is to give something; its thread ${toldText(made)}`);
  const agents = names.map((_, agent) => started({ ...setup, agent, given: made.given }));
  for (const thread of agents) await thread.next(LONGEST_START_MS);
  return { script, agents, root, patience };
}

/** Gives a turn, and comes back when its agent stands still again. Throws Differs. */
async function take({ script, agents, patience }: Cast, turn: Turn): Promise<void> {
  const { agent, step, text, result, sleeps, kind } = turn;
  const thread = agents[agent] as AgentThread;
  const differ = (does: string, seen: string): never => {
    throw new Differs(`at step ${step} ${script.names[agent]} ${does}; its thread ${seen}`);
  };
  const stands = await thread.take(patience);
  if (stands?.kind === 'refused') throw new ThreadsError(stands.why);
  if (stands?.kind === 'late') throw new Late();
  if (stands?.kind !== 'stands' || stands.text !== text) {
    const isAsleep = stands === undefined && thread.sleep !== undefined;
    differ(`does ${text}`, isAsleep ? `sleeps in ${thread.sleep?.text}` : toldText(stands));
  }
  thread.go(agent);
  const did = await thread.take(patience);
  if (sleeps && did?.kind === 'sleeps') return;
  if (sleeps || did?.kind !== 'did') differ(sleeps ? `sleeps in ${text}` : `does ${text}`, toldText(did));
  if (did?.kind === 'did' && did.result !== result) {
    if (kind === 'notify' && Number(did.result) < Number(result)) throw new Late();
    differ(`does ${text}, which comes to ${result}`, toldText(did));
  }
  await thread.next(patience);
}
