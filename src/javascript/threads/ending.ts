/**
 * The end of a run on threads, held against the recorded one. Nothing of it is taken from the recording: an error is what
 * the thread's own engine has thrown; what finished() says comes from a thread that looks at the memory that the others have
 * written; and who is said to sleep is woken here, for only one that sleeps in the engine's Atomics.wait is counted by its
 * Atomics.notify, and goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentThread } from './agent-thread.ts';
import { type Cast, nameOf } from './cast.ts';
import { Differs, Late, toldText } from './differs.ts';
import type { Note } from './messages.ts';
import { racing } from './racing.ts';
import type { End, Stuck } from './script.ts';
import { ThreadsError } from './turns.ts';

/** Nobody does anything for so long, and so nobody will. */
const QUIET_MS = 250;
/** Turns that one is given who goes round for ever. */
const ROUNDS = 500;

/** What was seen, line by line. Throws Differs. */
export function endAsRecorded(cast: Cast): Promise<string[]> {
  const { end } = cast.script;
  if (end.kind === 'failure') return failing(cast, end);
  if (end.kind === 'race') return racing(cast);
  if (end.kind === 'calls') return calling(cast);
  return end.kind === 'wrong' ? answering(cast, end) : sleeping(cast, end.stuck);
}

async function failing(cast: Cast, { agent, what }: End & { kind: 'failure' }): Promise<string[]> {
  const thread = cast.agents[agent] as AgentThread;
  const told = await thread.take(cast.patience);
  if (told?.kind === 'refused') throw new ThreadsError(told.why);
  if (told?.kind !== 'failed' || told.what !== what) {
    throw new Differs(`at the end ${nameOf(cast, agent)} fails with "${what}"; its thread ${toldText(told)}`);
  }
  return [`${nameOf(cast, agent)} fails: ${what}`, ...told.stack.map((line) => `    ${line}`)];
}

async function doneOf(cast: Cast, agent: number): Promise<readonly Note[]> {
  const told = await cast.agents[agent]?.take(cast.patience);
  if (told?.kind !== 'done') {
    throw new Differs(`at the end ${nameOf(cast, agent)} is done; its thread ${toldText(told)}`);
  }
  return told.notes;
}

/** Of one that waits for what others send it. */
async function restOf(cast: Cast, agent: number): Promise<readonly Note[]> {
  const thread = cast.agents[agent];
  thread?.tell({ rests: true });
  const told = await thread?.take(cast.patience);
  if (told?.kind !== 'rests')
    throw new Differs(`at the end ${nameOf(cast, agent)} waits for a task; its thread ${toldText(told)}`);
  return told.notes;
}

async function answering(cast: Cast, { answer: wanted }: End & { kind: 'wrong' }): Promise<string[]> {
  const notes: Note[] = [];
  for (const agent of cast.script.ending) notes.push(...(await doneOf(cast, agent)));
  for (const agent of cast.script.resting) notes.push(...(await restOf(cast, agent)));
  cast.root.tell({ notes });
  const told = await cast.root.take(cast.patience);
  if (told?.kind !== 'answer') throw new Differs(`finished() is to be asked; its thread ${toldText(told)}`);
  const { answer } = told;
  const text = (one: typeof wanted | undefined): string =>
    one === undefined ? 'all is well' : [one.what, ...one.details].join(': ');
  if (text(answer) !== text(wanted)) {
    throw new Differs(`at the end finished() says "${text(wanted)}"; on threads it says "${text(answer)}"`);
  }
  return [`finished() says: ${text(answer)}`];
}

/** That calls come to what they came to was asked of each; so nothing explains them here either. */
async function calling(cast: Cast): Promise<string[]> {
  for (const agent of cast.script.ending) await doneOf(cast, agent);
  const told = cast.script.turns.filter(({ kind }) => kind === 'send' || kind === 'receive');
  return told.map(({ agent, text }) => `${nameOf(cast, agent)} ${text}`);
}

async function sleeping(cast: Cast, stuck: readonly Stuck[]): Promise<string[]> {
  const isStuck = (agent: number): boolean => stuck.some((one) => one.agent === agent);
  for (const agent of cast.script.ending) if (!isStuck(agent)) await doneOf(cast, agent);
  const spinning = stuck.filter(({ does }) => does === 'spins');
  const asleep = stuck.filter(({ does }) => does === 'sleeps');
  for (let round = 0; round < ROUNDS; round++) for (const { agent } of spinning) await goRound(cast, agent);
  await sleep(QUIET_MS);
  for (const { agent } of asleep) {
    const thread = cast.agents[agent] as AgentThread;
    if (thread.sleep === undefined || thread.hasTold) {
      const told = await thread.take(cast.patience);
      throw new (told?.kind === 'late' ? Late : Differs)(
        `at the end ${nameOf(cast, agent)} sleeps; its thread ${toldText(told)}`,
      );
    }
  }
  const lines = asleep.flatMap((one) => asleepLines(cast, one));
  await wake(cast, asleep);
  const round = spinning.map(({ agent }) => `${nameOf(cast, agent)} goes round without end, ${ROUNDS} turns of it`);
  return [...lines, ...round];
}

/** One turn of an agent that never comes to its end. */
async function goRound(cast: Cast, agent: number): Promise<void> {
  const thread = cast.agents[agent] as AgentThread;
  const told = await thread.take(cast.patience);
  if (told?.kind !== 'stands') {
    throw new Differs(`at the end ${nameOf(cast, agent)} goes round without end; its thread ${toldText(told)}`);
  }
  thread.go(agent);
  const did = await thread.take(cast.patience);
  if (did?.kind !== 'did')
    throw new Differs(`at the end ${nameOf(cast, agent)} goes round; its thread ${toldText(did)}`);
}

function asleepLines(cast: Cast, { agent, isThere }: Stuck): string[] {
  const { view, index, value, text, stack } = (cast.agents[agent] as AgentThread).sleep!;
  const isOther = Atomics.wait(view, index, value, 0) === 'not-equal';
  const held = `its element holds ${view[index]}`;
  if (isOther !== isThere) throw new Differs(`at the end ${nameOf(cast, agent)} sleeps in ${text}, but ${held}`);
  const why = isThere ? `, and the element is ${view[index]} by now` : '';
  return [`${nameOf(cast, agent)} sleeps in ${text}${why}`, ...stack.map((line) => `    ${line}`)];
}

/** They go on when they are woken, so they slept until then. */
async function wake(cast: Cast, asleep: readonly Stuck[]): Promise<void> {
  for (const { agent } of asleep) {
    const { view, index, text } = (cast.agents[agent] as AgentThread).sleep!;
    if (Atomics.notify(view, index, 1) === 1) continue;
    throw new Differs(`at the end ${nameOf(cast, agent)} sleeps in ${text}, but nobody is there to be woken`);
  }
  for (const { agent } of asleep) {
    const thread = cast.agents[agent] as AgentThread;
    const told = await thread.take(cast.patience);
    if (told?.kind === 'stands' && told.text === `${thread.sleep?.text} = ok`) continue;
    throw new Differs(`at the end ${nameOf(cast, agent)} sleeps; when it is woken, its thread ${toldText(told)}`);
  }
}
