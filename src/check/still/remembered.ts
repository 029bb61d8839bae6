/**
 * States in which a check has found nothing. A check is a function of the words it reads: what it reads next follows from what
 * it has read. So a check that found nothing is remembered as the words it read, in order, with what they held; where all of
 * them hold the same again it need not be made. Machines of a search come to the same states again and again, and to compare is
 * a tenth of the work.
 *
 * What was read lies in a tree: a stretch of words that all who came there read and found alike, and then one that they found
 * different. A check that found something is remembered by nobody. One of 64 that were is made again all the same.
 */
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import type { Finding } from '../evidence/finding.ts';
import { RamView } from '../evidence/view.ts';

/** Words that are remembered at most, over all checks. */
const MOST_WORDS = 1 << 21;
const MADE_AGAIN = 64;

interface Stretch {
  /** Words by number, and what they held. */
  words: Int32Array;
  values: Int32Array;
  /** The word behind them that held different values; -1 where the check was over. */
  fork: number;
  readonly ways: Map<number, Stretch>;
}

/** A view that notes each word once, with no other way to read. */
class OnceNotingView extends RamView {
  readonly #ram: Int32Array;
  /** By word: the last reading in which it was noted. */
  readonly #noted: Int32Array;
  #reading = 0;
  #read: number[] = [];

  constructor(view: RamView) {
    super(view.words.buffer as ArrayBufferLike, view.bytes);
    this.#ram = view.words;
    this.#noted = new Int32Array(view.words.length);
    Object.defineProperty(this, 'words', {
      get: () => {
        throw new TypeError('a check reads words that nobody notes');
      },
    });
  }

  override word(address: number): number {
    const word = address >> 2;
    const value = address >= FIRST_ADDRESS ? this.#ram[word] : undefined;
    if (value === undefined) throw new RangeError(`address ${address} is outside RAM`);
    if (this.#noted[word] !== this.#reading) {
      this.#noted[word] = this.#reading;
      this.#read.push(word);
    }
    return value;
  }

  begin(): void {
    this.#reading++;
    this.#read = [];
  }

  /** The words that were read since, in order. */
  get read(): readonly number[] {
    return this.#read;
  }
}

export class Remembered {
  readonly #view: RamView;
  readonly #noting: OnceNotingView;
  readonly #ram: Int32Array;
  /** By check, with what it was told besides. */
  readonly #roots = new Map<string | number, Stretch>();
  #kept = 0;
  #hits = 0;

  constructor(view: RamView) {
    this.#view = view;
    this.#ram = view.words;
    this.#noting = new OnceNotingView(view);
  }

  /** What a check finds. `name` is one of its own for whatever it depends on besides words of RAM. */
  find(name: string | number, check: (view: RamView) => Finding[]): Finding[] {
    const root = this.#roots.get(name);
    if (root !== undefined && this.#isKnown(root)) {
      if (++this.#hits % MADE_AGAIN !== 0) return [];
      const found = check(this.#view);
      if (found.length > 0) throw new Error(`${name}: the same words, and ${found[0]?.title ?? ''}`);
      return found;
    }
    this.#noting.begin();
    const found = check(this.#noting);
    if (found.length === 0 && this.#kept < MOST_WORDS) this.#keep(name, root);
    return found;
  }

  #isKnown(root: Stretch): boolean {
    const ram = this.#ram;
    for (let at: Stretch | undefined = root; at !== undefined; at = at.ways.get(ram[at.fork] as number)) {
      const { words, values } = at;
      for (let i = 0; i < words.length; i++) if (ram[words[i] as number] !== values[i]) return false;
      if (at.fork < 0) return true;
    }
    return false;
  }

  /** Adds what was just read. */
  #keep(name: string | number, root: Stretch | undefined): void {
    const { read } = this.#noting;
    if (root === undefined) {
      this.#roots.set(name, this.#stretchOf(read));
      return;
    }
    const ram = this.#ram;
    let at = root;
    for (let next = 0; ; ) {
      const { words, values } = at;
      let same = 0;
      while (same < words.length && ram[words[same] as number] === values[same]) same++;
      next += same;
      if (same < words.length) fork(at, same);
      if (read[next] !== at.fork) throw new Error(`${name}: what is read does not follow from what was read`);
      const value = ram[at.fork] as number;
      next++;
      const way = at.ways.get(value);
      if (way === undefined) {
        at.ways.set(value, this.#stretchOf(read.slice(next)));
        return;
      }
      at = way;
    }
  }

  #stretchOf(read: readonly number[]): Stretch {
    const words = Int32Array.from(read);
    this.#kept += words.length;
    return { words, values: words.map((word) => this.#ram[word] as number), fork: -1, ways: new Map() };
  }
}

/** Ends a stretch in front of its word number `at`, which held something else. */
function fork(stretch: Stretch, at: number): void {
  const { words, values } = stretch;
  const rest = { ...stretch, words: words.slice(at + 1), values: values.slice(at + 1), ways: new Map(stretch.ways) };
  stretch.ways.clear();
  stretch.ways.set(values[at] as number, rest);
  stretch.fork = words[at] as number;
  stretch.words = words.slice(0, at);
  stretch.values = values.slice(0, at);
}
