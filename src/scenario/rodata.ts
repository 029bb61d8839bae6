/** Read-only data of a program: texts and the constant records that system calls read. Equal ones are kept once. */
import { RODATA_BASE } from '../kernel/isa.ts';
import { RODATA_PAGES, USER_PAGE_SIZE } from '../machine/limits.ts';

export const RODATA_BYTES = RODATA_PAGES * USER_PAGE_SIZE;

export class Rodata {
  readonly #bytes: number[] = [];
  readonly #known = new Map<string, number>();

  /** Bytes in use; may be more than there is room for, which the assembler looks at. */
  get length(): number {
    return this.#bytes.length;
  }

  /** User address of a text with a zero at its end. */
  text(text: string): number {
    return this.#keep([...Buffer.from(text), 0], 1);
  }

  /** User address of the words, aligned. */
  words(words: readonly number[]): number {
    return this.#keep([...Buffer.from(Int32Array.from(words).buffer)], 4);
  }

  /** User address of a struct sembuf: sem_num, sem_op, sem_flg, each 16 bits. */
  semaphoreOperation(number: number, operation: number, flags: number): number {
    return this.#keep([...Buffer.from(Int16Array.of(number, operation, flags).buffer)], 4);
  }

  /** All of it, filled up to whole pages. */
  finish(): Uint8Array {
    const pages = Math.ceil(this.#bytes.length / USER_PAGE_SIZE);
    const data = new Uint8Array(pages * USER_PAGE_SIZE);
    data.set(this.#bytes);
    return data;
  }

  #keep(bytes: readonly number[], alignment: number): number {
    const key = `${alignment}:${bytes.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    while (this.#bytes.length % alignment !== 0) this.#bytes.push(0);
    const address = RODATA_BASE + this.#bytes.length;
    this.#bytes.push(...bytes);
    this.#known.set(key, address);
    return address;
  }
}
