/**
 * What is kept with an object and seen by nobody: a private name that is added to it from outside. Unlike a WeakMap it
 * costs the collector nothing: an entry of one, written lately, keeps all that it holds alive for long.
 */

export interface Hidden<Value> {
  of(object: object): Value | undefined;
  put(object: object, value: Value): void;
}

/** Gives the object it is given: who extends it adds its private names to that. */
const Given = function (this: unknown, object: object): object {
  return object;
} as unknown as new (
  object: object,
) => object;

export function hidden<Value>(): Hidden<Value> {
  class Held extends Given {
    #value: Value;

    constructor(object: object, value: Value) {
      super(object);
      this.#value = value;
    }

    static of(object: object): Value | undefined {
      return #value in object ? object.#value : undefined;
    }

    static put(object: object, value: Value): void {
      if (#value in object) object.#value = value;
      else void new Held(object, value);
    }
  }
  return Held;
}
