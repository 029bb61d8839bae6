/**
 * What a person would write with Atomics, without the bus: loops of acquire and release on one CPU, to measure the
 * locks of the machine against. Each is a function of its own, with the words it needs from the index `at`.
 */
type Pairs = (words: Int32Array, at: number, turns: number) => void;

function tas(words: Int32Array, at: number, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    while (Atomics.exchange(words, at, 1) !== 0);
    words[at] = 0;
  }
}

function ttas(words: Int32Array, at: number, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    for (;;) {
      while (Atomics.load(words, at) !== 0);
      if (Atomics.exchange(words, at, 1) === 0) break;
    }
    words[at] = 0;
  }
}

function ticket(words: Int32Array, at: number, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    const mine = Atomics.add(words, at, 1);
    while (Atomics.load(words, at + 1) !== mine);
    words[at + 1] = mine + 1;
  }
}

/** The tail of the queue, then next and waiting of the one record; a record goes by the index of its first word. */
function mcs(words: Int32Array, at: number, turns: number): void {
  const me = at + 1;
  for (let turn = 0; turn < turns; turn++) {
    words[me] = 0;
    words[me + 1] = 1;
    const before = Atomics.exchange(words, at, me);
    if (before !== 0) {
      words[before] = me;
      while (Atomics.load(words, me + 1) !== 0);
    }
    if (words[me] === 0 && Atomics.compareExchange(words, at, me, 0) === me) continue;
    while (Atomics.load(words, me) === 0);
    words[(words[me] as number) + 1] = 0;
  }
}

export const byHand: Readonly<Record<string, Pairs>> = { tas, ttas, ticket, mcs };
