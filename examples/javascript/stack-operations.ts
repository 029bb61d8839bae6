/**
 * A stack for many, as operations: nobody says who calls them. Each has to come to what it comes to alone, in some order; the
 * model says what that is.
 */
class Stack {
  static readonly #HEAD = 0;
  static readonly #USED = 1;
  static readonly #NODES = 2;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  static make(nodes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (Stack.#NODES + 2 * nodes));
  }

  /** A node is its value and the node below it, from 1; it is used once. */
  push(value: number): void {
    const node = 1 + Atomics.add(this.#words, Stack.#USED, 1);
    this.#words[Stack.#NODES + 2 * node - 2] = value;
    for (;;) {
      const head = Atomics.load(this.#words, Stack.#HEAD);
      this.#words[Stack.#NODES + 2 * node - 1] = head;
      if (Atomics.compareExchange(this.#words, Stack.#HEAD, head, node) === head) return;
    }
  }

  pop(): number | undefined {
    for (;;) {
      const head = Atomics.load(this.#words, Stack.#HEAD);
      if (head === 0) return undefined;
      const below = this.#words[Stack.#NODES + 2 * head - 1] as number;
      if (Atomics.compareExchange(this.#words, Stack.#HEAD, head, below) === head) {
        return this.#words[Stack.#NODES + 2 * head - 2];
      }
    }
  }
}

export const setup = (): SharedArrayBuffer => Stack.make(9);

/** What each agent makes of it, before its first call. */
export const attach = (memory: SharedArrayBuffer): Stack => new Stack(memory);

export const operations = {
  push1: (stack: Stack) => stack.push(1),
  push7: (stack: Stack) => stack.push(7),
  pop: (stack: Stack) => stack.pop(),
};

export const model = {
  start: (): number[] => [],
  push1: (list: number[]) => void list.push(1),
  push7: (list: number[]) => void list.push(7),
  pop: (list: number[]) => list.pop(),
};
