/** Nothing is collected while a program is explored: when it is, is not the program's to know. */

export class NeverCollected {
  register(): void {}
  unregister(): boolean {
    return false;
  }
  get [Symbol.toStringTag](): string {
    return 'FinalizationRegistry';
  }
}

/** What it refers to is there as long as it is. */
class StrongRef<T extends WeakKey> extends WeakRef<T> {
  readonly #target: T;

  constructor(target: T) {
    super(target);
    this.#target = target;
  }

  override deref(): T {
    return this.#target;
  }
}

export const AgentWeakRef = Object.defineProperty(StrongRef, 'name', { value: 'WeakRef' });
