/** What a checker wants to know of a place in the code, worked out once for each: asking again is one array access. */
import type { Frame } from '../evidence/call-chain.ts';
import type { World } from '../evidence/observer.ts';

const NO = 1;
const YES = 2;

/** Places of a function are numbers in a row, and most functions of a kernel are never met: answers lie in pages. */
const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;
const UNASKED = new Uint8Array(PAGE);

export class PlaceFlags {
  readonly #test: (frame: Frame) => boolean;
  readonly #pages: Uint8Array[] = [];

  constructor(test: (frame: Frame) => boolean) {
    this.#test = test;
  }

  /** The answer for a place as World numbers it. */
  has(world: World, place: number): boolean {
    const known = this.#pages[place >> PAGE_BITS]?.[place & (PAGE - 1)];
    return known === NO || known === YES ? known === YES : this.#ask(world, place);
  }

  #ask(world: World, place: number): boolean {
    const answer = this.#test(world.frame(place));
    if (place < 0) return answer;
    const at = place >> PAGE_BITS;
    while (this.#pages.length <= at) this.#pages.push(UNASKED);
    if (this.#pages[at] === UNASKED) this.#pages[at] = new Uint8Array(PAGE);
    (this.#pages[at] as Uint8Array)[place & (PAGE - 1)] = answer ? YES : NO;
    return answer;
  }
}
