/** Whole numbers in as few bytes as they need: seven bits a byte, lowest first, the top bit says that more follow. */

const MOST_BYTES = 6;

/** Appends a number of at most 42 bits. */
export function pushVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
}

/** Reads numbers one after another. */
export class VarintReader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  /** The next number; undefined when it is cut off, too long, or written in more bytes than it needs. */
  next(): number | undefined {
    let value = 0;
    let scale = 1;
    for (let count = 1; count <= MOST_BYTES; count++) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte === 0 && count > 1 ? undefined : value;
      scale *= 0x80;
    }
    return undefined;
  }
}
