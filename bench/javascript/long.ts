/** Two agents that count for long: nearly every step is an access of shared memory. */
const TURNS = 2_000;

export const setup = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

const counts = (words: Int32Array): void => {
  for (let i = 0; i < TURNS; i++) {
    Atomics.add(words, 0, 1);
    Atomics.load(words, 1);
  }
};

export const agents = [counts, counts];
