/** What a checker wants to know of a place in the code, worked out once for each: asking again is one array access. */
import type { Frame } from '../evidence/call-chain.ts';
import type { World } from '../evidence/observer.ts';

const NO = 1;
const YES = 2;

export class PlaceFlags {
  readonly #test: (frame: Frame) => boolean;
  #flags = new Uint8Array(1 << 12);

  constructor(test: (frame: Frame) => boolean) {
    this.#test = test;
  }

  /** The answer for a place as World numbers it. */
  has(world: World, place: number): boolean {
    const known = this.#flags[place];
    return known === NO || known === YES ? known === YES : this.#ask(world, place);
  }

  #ask(world: World, place: number): boolean {
    const answer = this.#test(world.frame(place));
    if (place < 0) return answer;
    if (place >= this.#flags.length) {
      const larger = new Uint8Array(2 * (place + 1));
      larger.set(this.#flags);
      this.#flags = larger;
    }
    this.#flags[place] = answer ? YES : NO;
    return answer;
  }
}
