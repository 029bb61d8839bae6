/**
 * Accesses of one element through a function: DataView's and Buffer's. They have no alignment and no promise of the
 * language that they do not tear; of more than one byte they go in halves. The engine does them in memory of our own.
 */
import type { Agent } from '../agent.ts';
import type { Operation, Running, Touch } from '../operation.ts';
import type { Call } from './call.ts';
import { type Access, ElementRead, Halves } from './element.ts';
import { atomicText } from './atomic-touch.ts';
import { byteWise } from './parts.ts';
import { type SharedView, sharedView, type TypedArray } from './views.ts';

const WIDTH = /(\d+)/;
const BUFFER_FIELD = /^(read|write)(Big)?(?:U?[Ii]nt|UInt|Float|Double)(\d+)?(LE|BE)?$/;

/** DataView.prototype.getInt32(offset, littleEndian), setInt32(offset, value, littleEndian) */
export function dataViewElement({ f, self, args, name, site }: Call): Running | undefined {
  const shared = sharedView(self);
  if (shared === undefined) return undefined;
  const writes = f.name.startsWith('set');
  const bytes = new Uint8Array(Number(WIDTH.exec(f.name)?.[1]) / 8);
  const own = new DataView(bytes.buffer);
  const at = Number(args[0] ?? 0);
  return field(shared, at, bytes, writes, site, {
    wrong: () => Reflect.apply(f, self, args),
    run: () => Reflect.apply(f, own, [0, ...args.slice(1)]),
    result: () => undefined,
    text: () => atomicText(name, args).replace('Atomics', 'DataView'),
  });
}

/** Buffer.prototype.readInt32LE(offset), readIntLE(offset, width), writeInt32LE(value, offset), ... */
export function bufferElement({ f, self, args, name, site }: Call): Running | undefined {
  const shared = sharedView(self);
  const matched = BUFFER_FIELD.exec(f.name) ?? BUFFER_FIELD.exec(name);
  if (shared === undefined || matched === null) return undefined;
  const writes = matched[1] === 'write';
  const given = writes ? args.slice(1) : args;
  const isAnyWidth = matched[3] === undefined && !/Float|Double/.test(matched[0]);
  const fixed = /Double/.test(matched[0]) ? 8 : /Float/.test(matched[0]) ? 4 : Number(matched[3]) / 8;
  const width = isAnyWidth ? Number(given[1]) : fixed;
  const at = Number(given[0] ?? 0);
  const bytes = Buffer.alloc(width >= 1 && width <= 8 ? width : 1);
  const where = isAnyWidth ? [0, width] : [0];
  return field(shared, at, bytes, writes, site, {
    wrong: () => Reflect.apply(f, self, args),
    run: () => Reflect.apply(f, bytes, writes ? [args[0], ...where] : where),
    result: () => at + width,
    text: () => bufferText(name, at),
  });
}

const bufferText = (name: string, at: number): string => `Buffer.${name}(${at})`;

/** What is said of a call of one of them; undefined for another function's name. */
export function bufferElementText(name: string, args: readonly unknown[]): string | undefined {
  const matched = BUFFER_FIELD.exec(name);
  return matched === null ? undefined : bufferText(name, Number(args[matched[1] === 'write' ? 1 : 0] ?? 0));
}

/** %TypedArray%.prototype.at */
export function elementAt({ f, self, args, site }: Call): Running | undefined {
  const shared = sharedView(self);
  if (shared === undefined || shared.view instanceof DataView) return undefined;
  const n = Math.trunc(Number(args[0])) || 0;
  const index = n < 0 ? shared.view.length + n : n;
  if (index < 0 || index >= shared.view.length) return undefined;
  if (!shared.tears) return one(new ElementRead(shared, index, site));
  const own = new (globalThis as unknown as Record<string, new (n: number) => TypedArray>)[shared.type]!(1);
  return field(shared, index * shared.width, new Uint8Array(own.buffer), false, site, {
    wrong: () => Reflect.apply(f, self, args),
    run: () => own[0],
    result: () => undefined,
    text: () => `${shared.type}[${index}]`,
  });
}

interface How {
  /** Has the engine say what is wrong with the call. */
  wrong(): unknown;
  /** Reads from, or writes to, memory of our own. */
  run(): unknown;
  /** What a write comes to. */
  result(): unknown;
  text(): string;
}

function* field(
  shared: SharedView,
  at: number,
  bytes: Uint8Array,
  writes: boolean,
  site: number,
  { wrong, run, result, text }: How,
): Running {
  if (!Number.isInteger(at) || at < 0 || at + bytes.length > shared.view.byteLength) return wrong();
  if (writes) run();
  const access = { shared: byteWise(shared), from: at, bytes, writes, text, result: writes ? result : run };
  return yield bytes.length === 1 ? new WholeField(access, site) : new Halves(access, site);
}

function* one(operation: Operation): Running {
  return yield operation;
}

/** One byte: nothing to tear. */
class WholeField implements Operation {
  readonly kind: 'read' | 'write';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #access: Access;

  constructor(access: Access, site: number) {
    const { shared, from, writes } = access;
    this.kind = writes ? 'write' : 'read';
    this.touches = [
      { place: shared.place, from: shared.offset + from, to: shared.offset + from + 1, writes, atomic: false },
    ];
    this.site = site;
    this.#access = access;
  }

  text(): string {
    return this.#access.text();
  }

  perform(agent: Agent): unknown {
    const { shared, from, bytes, writes } = this.#access;
    const there = new Uint8Array(shared.buffer, shared.offset + from, 1);
    if (writes) {
      there.set(bytes);
      agent.effects++;
    } else bytes.set(there);
    return this.#access.result();
  }
}
