/** Two agents of nine accesses each. */
export const setup = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

const counts = (words: Int32Array): void => {
  for (let i = 0; i < 3; i++) {
    Atomics.add(words, 0, 1);
    Atomics.load(words, 1);
    Atomics.store(words, 1, i);
  }
};

export const agents = [counts, counts];
