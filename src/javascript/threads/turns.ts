/**
 * What of a recorded execution is a turn of a thread, and what the engine does there by itself: to say that a worker is
 * there, or has ended, and to close what an agent leaves behind. A turn is named as a thread names it.
 */
import type { OperationKind, Touch } from '../operation.ts';
import { End } from '../world/channel.ts';
import { Posted } from '../world/posted.ts';
import type { WorldAgent } from '../world/agent.ts';

/** It cannot be run on threads, and why. */
export class ThreadsError extends Error {
  override readonly name = 'ThreadsError';
}

export interface Turn {
  /** Number of the move, from 1. */
  readonly step: number;
  /** Which of `agents`. */
  readonly agent: number;
  readonly kind: OperationKind;
  /** Of a task: what has to have come in. */
  readonly text: string;
  /** What it came to, for people; of one that begins to sleep nothing. */
  readonly result: string;
  readonly sleeps: boolean;
  readonly touches: readonly Touch[];
  /** What it writes and comes to may be another: it is behind something that is held. */
  readonly isLoose?: boolean;
}

/** Whether this is what it does. */
export const isTold = (text: string, turn: Pick<Turn, 'text' | 'isLoose'>): boolean =>
  turn.isLoose === true ? shapeOf(text) === shapeOf(turn.text) : text === turn.text;

/** What an operation does, and to which element, without the values. */
const shapeOf = (text: string): string => text.replace(/ = .*$/s, ' = ').replace(/, .*$/s, ', ');

const ABLE: ReadonlySet<OperationKind> = new Set([
  'start',
  'read',
  'write',
  'load',
  'store',
  'update',
  'bulk',
  'wait',
  'waitAsync',
  'woken',
  'notify',
]);
const CALLS = /^(?:calls|comes to) /;
const NOTES = /^notes in (.*)$/s;
const MESSAGE = /^(postMessage|online|exit|error|close) to (.*)$/s;
const RECEIVE = /^receiveMessageOnPort\((.*)\)$/s;
const TASK = /^message of (.*)$/s;
/** Woken promises of Atomics.waitAsync, as javascript/world/posted.ts names them. */
export const PROMISE = 'a promise of Atomics.waitAsync';
export const TIMED_OUT = `${PROMISE} whose time is over`;
const SETTLES = /^settles (?:a promise|promises) of Atomics\.waitAsync$/;
const OF_SETUP = /^port (\d+) of setup$/;

/** What Atomics.waitAsync comes to. */
export function waitAsyncText(result: unknown): string {
  const { async, value } = result as { readonly async: boolean; readonly value: unknown };
  return async ? 'a promise' : String(value);
}

/** A timer that is due, by how many its agent had set before, and what for. */
export const timerText = ({ number, delay }: { readonly number: number; readonly delay: number }): string =>
  `timer ${number} of ${delay} ms`;

export const isReceive = (text: string): boolean => RECEIVE.test(text);
export const noteOf = (text: string): string | undefined => NOTES.exec(text)?.[1];

export class Turns {
  /** In the order in which they have begun. */
  readonly agents: WorldAgent[] = [];
  /** Of the n-th port that setup() makes, from 0: whose it is. */
  readonly owners: (number | undefined)[] = [];
  readonly #root: WorldAgent;
  readonly #hasCalls: boolean;

  constructor(root: WorldAgent, hasCalls: boolean) {
    this.#root = root;
    this.#hasCalls = hasCalls;
    this.#meet();
  }

  /** What an agent is about to do; undefined when a thread does it by itself. Throws ThreadsError. */
  described(agent: WorldAgent, step: number, value?: number): Omit<Turn, 'result' | 'sleeps'> | undefined {
    this.#meet();
    const { operation } = agent;
    if (operation === undefined) throw new ThreadsError(`${agent.name} has ended before step ${step}`);
    const { kind, touches, site } = operation;
    const text = this.#textOf(agent, operation.text(), kind, site, step, value);
    if (text === undefined || agent.isUndertaker) return undefined;
    return { step, agent: this.agents.indexOf(agent), kind: kind === 'choose' ? 'task' : kind, text, touches };
  }

  /** Agents that are there by now. */
  #meet(): void {
    for (const one of this.#root.world.agents) {
      if (one === this.#root || one.isUndertaker || this.agents.includes(one)) continue;
      this.agents.push(one);
    }
  }

  #textOf(
    agent: WorldAgent,
    text: string,
    kind: OperationKind,
    site: number,
    step: number,
    value: number | undefined,
  ): string | undefined {
    const refuse = (what: string): never => {
      throw new ThreadsError(`${agent.name} ${what} at step ${step}: ${text}`);
    };
    if (kind === 'choose') {
      const ways = /^which task: (.*)$/s.exec(text)?.[1]?.split(' or ');
      return this.#task(agent, ways?.[value as number] ?? refuse('is given a choice'), refuse);
    }
    if (value !== undefined) refuse('is given a choice');
    if (kind === 'task') {
      const way = /^next task: (.*)$/s.exec(text)?.[1];
      return way === undefined || way.includes(' or ') ? undefined : this.#task(agent, way, refuse);
    }
    const message = MESSAGE.exec(text);
    if (message !== null) return this.#sent(agent, message as unknown as [string, string, string]);
    const from = RECEIVE.exec(text)?.[1];
    if (from !== undefined) this.#received(agent, from);
    if (text.startsWith('terminates ')) return site >= 0 ? text : undefined;
    // What was notified the engine brings by itself.
    if (text.startsWith('ends, and all ') || SETTLES.test(text)) return undefined;
    if (text === 'new Worker' || NOTES.test(text) || (this.#hasCalls && CALLS.test(text))) return text;
    if (from !== undefined) return text;
    return ABLE.has(kind) && (kind !== 'notify' || text.startsWith('Atomics'))
      ? text
      : refuse('comes to what threads cannot be made to do');
  }

  #sent(agent: WorldAgent, [text, what, to]: readonly [string, string, string]): string | undefined {
    const [, number] = OF_SETUP.exec(to) ?? [];
    if (what !== 'postMessage') return undefined;
    // Whoever sends to one has the other of the pair.
    if (number !== undefined) this.#owns(agent, Number(number) % 2 === 1 ? Number(number) + 1 : Number(number) - 1);
    return text;
  }

  #received(agent: WorldAgent, name: string): void {
    const [, number] = OF_SETUP.exec(name) ?? [];
    if (number !== undefined) this.#owns(agent, Number(number));
  }

  #owns(agent: WorldAgent, number: number): void {
    this.owners[number - 1] ??= this.agents.indexOf(agent);
  }

  #task(agent: WorldAgent, way: string, refuse: (what: string) => never): string | undefined {
    if (way === 'close callbacks') return undefined;
    if (way === 'immediates') return way;
    if (way === PROMISE)
      return [...agent.loop.sources].some((one) => one instanceof Posted && one.isOver) ? TIMED_OUT : way;
    const name = TASK.exec(way)?.[1];
    const timer = way === 'timer' ? agent.loop.timers.first : undefined;
    if (timer !== undefined) return timerText(timer);
    if (name === undefined) return refuse('comes to a task');
    this.#received(agent, name);
    const end = [...agent.loop.sources].find((one): one is End => one instanceof End && one.text === way);
    const what = end?.next?.kind ?? refuse('is brought nothing');
    if (what === 'close') return undefined;
    // The engine tells of the worker, not of the channel.
    return what === 'message' ? way : `${what} of ${name.replace(/^news /, 'worker ')}`;
  }
}
