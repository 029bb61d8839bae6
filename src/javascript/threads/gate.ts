/** Where an agent's thread stops in front of each operation until it is given its turn, and what it tells meanwhile. */
import type { MessagePort } from 'node:worker_threads';
import { cwd } from 'node:process';
import { shown } from '../memory/element.ts';
import type { Element, FromThread } from './messages.ts';

// The program's own is another.
const { load, wait } = Atomics;

/** Lines of a stack that are the program's. */
const MOST_STACK = 8;
const isTheirs = (line: string): boolean => /^\s*at /.test(line) && !line.includes('node:') && !line.includes(OWN);
const OWN = new URL('../../..', import.meta.url).pathname;
const HERE = `${cwd()}/`;

export function theirLines(stack: string | undefined): string[] {
  const lines = (stack ?? '').split('\n').filter(isTheirs);
  return lines.slice(0, MOST_STACK).map((line) => line.trim().replace(/^at /, '').replace(HERE, ''));
}

export class Gate {
  readonly #port: MessagePort;
  readonly #control: Int32Array;
  readonly #agent: number;
  #taken = 0;

  constructor(port: MessagePort, control: Int32Array, agent: number) {
    this.#port = port;
    this.#control = control;
    this.#agent = agent;
  }

  tell(message: FromThread, transfer: readonly MessagePort[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** Comes back when it is this agent's turn. */
  pass(text: string, element?: Element): void {
    this.tell({ kind: 'stands', text, element, stack: theirLines(new Error().stack) });
    while (load(this.#control, this.#agent) === this.#taken) wait(this.#control, this.#agent, this.#taken);
    this.#taken++;
  }

  did(result: unknown, tell: (result: unknown) => string = shown): void {
    this.tell({ kind: 'did', result: tell(result) });
  }

  /** Runs it when it is this agent's turn. `tell`: what is said of what it comes to. */
  perform<Result>(text: string, run: () => Result, element?: Element, tell?: (result: unknown) => string): Result {
    this.pass(text, element);
    let result: Result;
    try {
      result = run();
    } catch (error) {
      this.did(undefined);
      throw error;
    }
    this.did(result, tell);
    return result;
  }
}
