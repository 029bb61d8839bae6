/** The words of a CPU (stepped/frames.ts) as instructions: of its header and of the frame on top, both by address. */
import type { Resumable } from '../form/unit.ts';
import type { Local } from '../form/value.ts';
import type { Body } from './body.ts';
import { op } from './opcodes.ts';
import type { Scope } from './scope.ts';

export class CpuWords {
  readonly #body: Body;
  readonly #region: number;
  readonly #frame: number;
  readonly #held: number;
  readonly #offset: number;

  /** Locals: addresses of region and frame, and one to hold what is to be stored. `offset` is what addresses count from. */
  constructor(body: Body, region: number, frame: number, held: number, offset: number) {
    this.#body = body;
    this.#region = region;
    this.#frame = frame;
    this.#held = held;
    this.#offset = offset;
  }

  header(at: number): void {
    this.#body.get(this.#region);
    this.#body.word(op.i32_load, this.#offset + 4 * at);
  }

  setHeader(at: number, value: () => void): void {
    this.#body.get(this.#region);
    value();
    this.#body.word(op.i32_store, this.#offset + 4 * at);
  }

  frame(at: number): void {
    this.#body.get(this.#frame);
    this.#body.word(op.i32_load, this.#offset + 4 * at);
  }

  setFrame(at: number, value: () => void): void {
    this.#body.get(this.#frame);
    value();
    this.#body.word(op.i32_store, this.#offset + 4 * at);
  }

  /** The locals of a function: words of its frame, or variables from a local on. */
  locals({ homes, variables }: Resumable, first: number): Pick<Scope, 'read' | 'write'> {
    const body = this.#body;
    const places = new Map(variables.map((local, i) => [local, first + i]));
    const placeOf = (local: Local): number => {
      const at = places.get(local);
      if (at === undefined) throw new TypeError(`local ${local} has no place`);
      return at;
    };
    return {
      read: (local) => {
        const home = homes.get(local);
        if (home === undefined) body.get(placeOf(local));
        else this.frame(home);
      },
      write: (local) => {
        const home = homes.get(local);
        if (home === undefined) return body.set(placeOf(local));
        body.set(this.#held);
        this.setFrame(home, () => body.get(this.#held));
      },
    };
  }
}
