/**
 * The demands of a program at every moment of a stepped execution. A property is judged again when a word is written
 * that its last judgement has read, and at no other time: it cannot have changed. The words are noted by the view while a
 * property is judged, so they follow the pointers among them.
 */
import { kernel } from '../../kernel/layout.ts';
import type { ProgramImage } from '../../scenario/image.ts';
import type { Finding } from '../evidence/finding.ts';
import { checkExpectations, checkProperties } from './program-checks.ts';
import { NotingView } from '../evidence/noting-view.ts';
import { OF_PROPERTIES } from '../compiled/places.ts';
import { OwnStorage, type Storage } from '../evidence/storage.ts';
import { WordSet } from '../evidence/word-set.ts';

/** The last word that a failed expectation writes. */
const EXPECTATION = kernel.failed_wanted >> 2;

export class PropertyWatch {
  /** Whether `judge` has to be asked. */
  due = false;
  /** Words that properties have read since the last `watch`. */
  readonly watched = new Set<number>();
  readonly #view: NotingView;
  readonly #image: ProgramImage;
  /** The words that the last judgement read. */
  readonly #marks: WordSet;
  /** The step under way writes down the last of a failed expectation: the kernel keeps the first one. */
  #failed = false;

  /** `bytes`: of RAM, which the memory begins with. */
  constructor(memory: ArrayBufferLike, bytes: number, image: ProgramImage, storage: Storage = new OwnStorage()) {
    this.#view = new NotingView(memory, bytes);
    this.#image = image;
    this.#marks = new WordSet(storage.words(OF_PROPERTIES, bytes >> 7));
    this.#marks.add(EXPECTATION);
  }

  /** An execution begins. */
  begin(): void {
    this.due = true;
    this.#failed = false;
  }

  /** What the last judgement has read, to go back to. */
  keep(): () => void {
    const [due, failed, read] = [this.due, this.#failed, [...this.#view.read]];
    return () => {
      this.due = due;
      this.#failed = failed;
      this.#mark(read);
    };
  }

  #mark(words: readonly number[]): void {
    const { read } = this.#view;
    for (const word of read) this.#marks.delete(word);
    read.length = 0;
    this.#marks.add(EXPECTATION);
    for (const word of words) {
      read.push(word);
      this.#marks.add(word);
    }
  }

  /** A step is about to write so many bytes. */
  beforeWrite(address: number, bytes: number): void {
    const first = address >> 2;
    if (this.#marks.hasAny(first, first + (bytes >> 2))) this.due = true;
    if (first === EXPECTATION) this.#failed = true;
  }

  /** Properties that do not hold now, and the expectation that the last step found to have failed. */
  judge(): { readonly broken: readonly Finding[]; readonly failed: readonly Finding[] } {
    const failed = this.#failed ? checkExpectations(this.#view, this.#image) : [];
    this.due = false;
    this.#failed = false;
    return { broken: this.#image.always.length === 0 ? [] : this.#judgeProperties(), failed };
  }

  #judgeProperties(): readonly Finding[] {
    const { read } = this.#view;
    this.#mark([]);
    const broken = checkProperties(this.#view, this.#image);
    for (const word of read) {
      this.#marks.add(word);
      this.watched.add(word);
    }
    return broken;
  }
}
