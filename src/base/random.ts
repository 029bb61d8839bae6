/** sfc32: the generator behind every seed. Its sequence is part of what a seed means; test/base/random.test.ts pins it. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** `stream` tells apart sequences of one seed. */
  constructor(seed: number, stream = 0) {
    this.restart(seed, stream);
  }

  /** Becomes what a new one would be. */
  restart(seed: number, stream: number): void {
    this.counter = 1;
    this.a = seed | 0;
    this.b = 0x9e3779b9 | 0;
    this.c = 0x243f6a88 ^ stream;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Writes its state, four words, to go on with elsewhere. */
  save(into: Int32Array): void {
    into[0] = this.a;
    into[1] = this.b;
    into[2] = this.c;
    into[3] = this.counter;
  }

  /** Goes on with such a state. */
  load(from: Int32Array): void {
    this.a = from[0] as number;
    this.b = from[1] as number;
    this.c = from[2] as number;
    this.counter = from[3] as number;
  }

  /** 32 bits, unsigned. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 to n - 1 for n up to 65536, out of 16 bits: whole numbers only, for where millions a second are drawn. */
  small(n: number): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return ((sum >>> 16) * n) >>> 16;
  }

  /** 0 to n - 1, by multiplication: no division, bias below n / 2^32. */
  below(n: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * n);
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  }
}
