/** What a thread and who conducts it have to say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { Ended } from '../answer.ts';
import type { TypedArray } from '../memory/views.ts';
import type { Promises, SourceFile } from './script.ts';

/** A message of the program, and the ports that go with it. */
export interface Envelope {
  readonly value: unknown;
  readonly ports: readonly MessagePort[];
  readonly names: readonly string[];
}

/** What a worker of the program was started with, by its maker. */
export interface Born {
  /** Of its maker's workers. */
  readonly number: number;
  readonly maker: string;
  readonly threadId: number;
  readonly workerData: Envelope;
  /** Leads to who conducts it. */
  readonly gate: MessagePort;
}

export interface ThreadSetup {
  readonly main: string;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Whether `main` is a program; else it says what the agents are. */
  readonly isProgram: boolean;
  /** Of a worker of the program. */
  readonly born: Born | undefined;
  /** Of all agents. */
  readonly names: readonly string[];
  /** By agent. */
  readonly promises: readonly Promises[];
  /** Of the n-th port that setup() makes, from 0: whose it is. */
  readonly owners: readonly (number | undefined)[];
  /** Which of them; undefined for the thread of setup() and finished(). */
  readonly agent: number | undefined;
  /** Word n: how many turns agent n has been given; the last one counts notes. */
  readonly control: Int32Array;
  /** What it calls, where the file says which operations there are. */
  readonly calls: readonly number[] | undefined;
  readonly given: Envelope | undefined;
  /** Lists in which to note is a turn. */
  readonly notes: readonly string[];
}

/** What an agent has done to something that setup() gave. */
export interface Note {
  /** Among those of all agents. */
  readonly number: number;
  /** Of the object, from what setup() gave. */
  readonly path: readonly string[];
  readonly does: 'set' | 'delete' | 'call';
  /** The property, or the method. */
  readonly key: string;
  readonly values: readonly unknown[];
}

/** An element of shared memory. */
export interface Element {
  readonly view: TypedArray;
  readonly index: number;
}

/** In front of an operation: of one element, when it is given. */
export interface Standing {
  readonly text: string;
  readonly element: Element | undefined;
  readonly stack: readonly string[];
}

/** A sleep in the engine's Atomics.wait. */
export interface Sleep {
  readonly view: Int32Array;
  readonly index: number;
  /** What it expects to find there. */
  readonly value: number;
  readonly text: string;
  readonly stack: readonly string[];
}

export type FromThread =
  /** setup() has given this. */
  | { readonly kind: 'ready'; readonly given: readonly Envelope[] }
  /** It waits for its turn to do this. */
  | ({ readonly kind: 'stands' } & Standing)
  | { readonly kind: 'did'; readonly result: string }
  /** It is about to call the engine's Atomics.wait, which finds what is expected. */
  | ({ readonly kind: 'sleeps' } & Sleep)
  /** And that found something else: others were let go on before it slept. */
  | { readonly kind: 'late' }
  /** A task has come in for it, which is to be begun. */
  | { readonly kind: 'arrived'; readonly what: string }
  /** It has started an agent. */
  | { readonly kind: 'begins'; readonly agent: number; readonly port: MessagePort }
  | { readonly kind: 'done'; readonly notes: readonly Note[] }
  /** It was asked for its notes, and has nothing to do. */
  | { readonly kind: 'rests'; readonly notes: readonly Note[] }
  | { readonly kind: 'failed'; readonly what: string; readonly stack: readonly string[] }
  /** The program asks for what is not there on threads. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'answer'; readonly answer: Ended | undefined };

export interface ToThread {
  /** All have ended: what has finished() to say? */
  readonly notes?: readonly Note[];
  /** What has it noted so far? */
  readonly rests?: boolean;
  /** A task is to begin that has come in. */
  readonly begin?: string;
}
