/**
 * Parts of a search of a stranger's code: each runs in a process of its own, which has no rights (door.ts starts it). One
 * that hangs, ends or uses up its memory takes its part with it and nothing else.
 */
import type { ExploreOptions } from '../explore/search/options.ts';
import type { PartRunners, PartsSetup } from '../explore/search/part-runners.ts';
import type { SearchResult } from '../explore/search/result.ts';
import { Refusal } from '../javascript/error.ts';
import { Lender } from './lender.ts';
import { asText, type FromPart, fromText, type ToPart } from './part-words.ts';
import { PartLost } from './part-lost.ts';
import { endPart, onPartWord, sayToPart, stopped } from './thread.ts';

/** What a part that was told to stop may take for the execution it is in. */
const LEAVE_MS = 2_000;
/** After which everybody has heard of a signal. */
const SIGNAL_MS = 300;

/** A part under way, by the number of its process. */
interface Running {
  readonly done: (result: SearchResult | undefined) => void;
  readonly lost: (why: Error) => void;
}

export class PartProcesses implements PartRunners {
  readonly #setup: PartsSetup;
  readonly #lender: Lender | undefined;
  readonly #running = new Map<number, Running>();
  readonly #free: number[];
  #cut: NodeJS.Timeout | undefined;
  stopped = false;

  constructor(setup: PartsSetup) {
    this.#setup = setup;
    this.#lender = setup.left && new Lender(setup.left, setup.jobs);
    this.#free = Array.from({ length: setup.jobs }, (_, i) => i);
    onPartWord((part, word) => this.#hear(part, word.text === undefined ? undefined : fromText(word.text), word.died));
  }

  async run(options: ExploreOptions): Promise<SearchResult | undefined> {
    const part = this.#free.shift();
    if (part === undefined) throw new Error('more parts at a time than there are processes');
    // What it reads has to be what was read here.
    const target = { ...options.target, files: { ...this.#setup.subject.files } };
    const ended = new Promise<SearchResult | undefined>((done, lost) => this.#running.set(part, { done, lost }));
    const begin = (lent: number | undefined): void => {
      if (this.#running.has(part)) this.#say(part, { kind: 'run', options: { ...options, target }, lent });
    };
    if (this.#lender === undefined) begin(undefined);
    else this.#lender.ask(part, begin);
    try {
      return await ended;
    } finally {
      this.#running.delete(part);
      this.#free.push(part);
    }
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    for (const part of this.#running.keys()) this.#say(part, { kind: 'stop' });
    this.#cut = setTimeout(() => this.#cutOff(), LEAVE_MS);
  }

  /** What runs yet is not waited for; processes that are idle are there for the next search. */
  async end(): Promise<void> {
    clearTimeout(this.#cut);
    this.#cutOff();
  }

  #cutOff(): void {
    for (const [part, { done }] of this.#running) {
      endPart(part);
      done(undefined);
    }
  }

  #say(part: number, word: ToPart): void {
    sayToPart(part, asText(word));
  }

  #hear(part: number, word: FromPart | undefined, died = ''): void {
    const running = this.#running.get(part);
    if (running === undefined) return;
    if (word === undefined) {
      this.#lender?.giveBack(part, 0);
      // One that is just being begun hears of a signal before it is said here, and ends by it.
      setTimeout(() => (stopped() ? running.done(undefined) : running.lost(new PartLost(died))), SIGNAL_MS);
    } else if (word.kind === 'bug') this.#setup.onBug?.(word.bug);
    else if (word.kind === 'ask') this.#lender?.ask(part, (count) => this.#say(part, { kind: 'lend', count }));
    else if (word.kind === 'result') {
      this.#lender?.giveBack(part, word.unused);
      running.done(word.result);
    } else {
      this.#lender?.giveBack(part, 0);
      const why = word.isUnfit ? new Refusal(word.message) : new Error(word.message);
      running.lost(Object.assign(why, { name: word.name }));
    }
  }
}
