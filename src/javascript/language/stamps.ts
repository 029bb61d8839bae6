/**
 * What a function is beside itself: its body that can be left, or how a native one is called and constructed so that its
 * callbacks can be. Kept in private names that are added to the function from outside: nobody sees them, not even
 * Reflect.ownKeys, and looking costs a few instructions.
 */
import type { Running } from '../operation.ts';

export type Callable = (...args: never[]) => unknown;
export type Body = (this: unknown, ...args: unknown[]) => Running;
/** Called in place of a function: gives a value, or what flow.ts tells. */
export type Handler = (self: unknown, args: readonly unknown[], site: number) => unknown;
export type Maker = (args: readonly unknown[], newTarget: Callable, site: number) => unknown;

/** What a file says of a function: the table that the transform writes. */
export interface Info {
  readonly kind: 'function' | 'arrow' | 'method' | 'getter' | 'setter' | 'constructor' | 'class' | 'field' | 'block';
  /** `async`, `generator`, `asyncgenerator` or empty. */
  readonly flow: string;
  readonly name: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly isStatic: boolean;
  /** A generator whose parameters are taken in its body, which runs that far when it is called. */
  readonly early: boolean;
  readonly wrap: (g: Body, name?: PropertyKey) => Callable;
  /** Where a class or literal holds the body until it is tied. */
  readonly key: symbol;
}

export interface ClassRecord {
  readonly derived: boolean;
  readonly info: Info;
  /** Of the constructor; undefined for the default one. */
  body: Body | undefined;
  constructorInfo: Info | undefined;
  readonly fields: (readonly [Body, PropertyKey | undefined])[];
  readonly statics: (readonly [Body, PropertyKey | undefined])[];
}

/** A constructor that returns what it is given: a class that extends it adds its private names to that. */
export function Return(this: unknown, object: object): object {
  return object;
}
const Returning = Return as unknown as new (object: object) => object;

class BodyStamp extends Returning {
  #body: Body;
  #info: Info | undefined;
  constructor(f: Callable, body: Body, info: Info | undefined) {
    super(f);
    this.#body = body;
    this.#info = info;
  }
  static body(f: object): Body | undefined {
    return #body in f ? f.#body : undefined;
  }
  static info(f: object): Info | undefined {
    return #body in f ? f.#info : undefined;
  }
}

class HandlerStamp extends Returning {
  #handler: Handler;
  #info: Info | undefined;
  constructor(f: Callable, handler: Handler, info: Info | undefined) {
    super(f);
    this.#handler = handler;
    this.#info = info;
  }
  static handler(f: object): Handler | undefined {
    return #handler in f ? f.#handler : undefined;
  }
  static info(f: object): Info | undefined {
    return #handler in f ? f.#info : undefined;
  }
}

class MakerStamp extends Returning {
  #maker: Maker;
  constructor(f: object, maker: Maker) {
    super(f);
    this.#maker = maker;
  }
  static maker(f: object): Maker | undefined {
    return #maker in f ? f.#maker : undefined;
  }
}

class ClassStamp extends Returning {
  #record: ClassRecord;
  constructor(f: object, record: ClassRecord) {
    super(f);
    this.#record = record;
  }
  static record(f: object): ClassRecord | undefined {
    return #record in f ? f.#record : undefined;
  }
}

class PureStamp extends Returning {
  #pure = true;
  static has(f: object): boolean {
    return #pure in f && f.#pure;
  }
}

class ReachStamp extends Returning {
  #reach: number;
  constructor(f: object, reach: number) {
    super(f);
    this.#reach = reach;
  }
  static reach(f: object): number | undefined {
    return #reach in f ? f.#reach : undefined;
  }
}

export const bodyOf = BodyStamp.body;
export const handlerOf = HandlerStamp.handler;
export const makerOf = MakerStamp.maker;
export const recordOf = ClassStamp.record;
export const isPure = PureStamp.has;
/** Of a native function, what it may change (lasting.ts); undefined where nothing is known. */
export const reachOf = ReachStamp.reach;

export function infoOf(f: object): Info | undefined {
  return BodyStamp.info(f) ?? HandlerStamp.info(f) ?? ClassStamp.record(f)?.info;
}

/** Each is added to a function once. */
export const stampBody = (f: Callable, body: Body, info?: Info): unknown => new BodyStamp(f, body, info);
export const stampHandler = (f: Callable, handler: Handler, info?: Info): unknown => new HandlerStamp(f, handler, info);
export const stampMaker = (f: object, maker: Maker): unknown => new MakerStamp(f, maker);
export const stampClass = (f: object, record: ClassRecord): unknown => new ClassStamp(f, record);
export const stampPure = (f: object): unknown => new PureStamp(f);
export const stampReach = (f: object, reach: number): unknown => new ReachStamp(f, reach);
