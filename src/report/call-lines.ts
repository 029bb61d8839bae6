/** The calls of a run in order as lines for a person, as they happen; what is done over and over is counted. */
import { grouped } from '../base/numbers.ts';

/** A call as it is told: who, what, the result, and who shares what after it. */
export interface ToldCall {
  readonly task: string;
  readonly pid: number;
  readonly call: string;
  readonly result: number | string;
  readonly sharing: string;
}

const INDENT = ' '.repeat(17);

const isSame = (a: ToldCall, b: ToldCall): boolean =>
  a.pid === b.pid && a.task === b.task && a.call === b.call && a.result === b.result && a.sharing === b.sharing;

export class CallLines {
  readonly #print: (text: string) => void;
  #last: ToldCall | undefined;
  #repeats = 0;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** A call that is the one before once more, with the same result and the same sharing, has no lines of its own. */
  tell(told: ToldCall): void {
    if (this.#last !== undefined && isSame(this.#last, told)) {
      this.#repeats++;
      return;
    }
    this.end();
    this.#last = told;
    const { task, pid, call, result, sharing } = told;
    this.#print(`${`${task}/${pid}:`.padEnd(14)} ${call.padEnd(40)} = ${result}\n`);
    this.#print(`${INDENT}${sharing || 'nobody shares anything'}\n`);
  }

  /** Says how often the last call was repeated. */
  end(): void {
    if (this.#repeats > 0) {
      this.#print(`${INDENT}(and ${this.#repeats === 1 ? 'once' : `${grouped(this.#repeats)} times`} more)\n`);
    }
    this.#repeats = 0;
  }
}
