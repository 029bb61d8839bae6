/** Functions that write a part of a Buffer: what they write is made in memory of our own, and put there in parts. */
import type { Running } from '../operation.ts';
import type { Call } from './call.ts';
import { blank, type Elements, privately, putBack } from './parts.ts';
import { inside } from './slices.ts';
import { type SharedView, sharedView } from './views.ts';

/** Buffer.prototype.write(text, offset, length, encoding), utf8Write(text, offset, length), ... They come to what they wrote. */
export function writeText(call: Call): Running | undefined {
  const shared = sharedView(call.self);
  const [from] = inside(typeof call.args[1] === 'number' ? call.args[1] : 0, 0, Infinity);
  return shared === undefined ? undefined : put(call, shared, call.args, (written) => [from, from + Number(written)]);
}

/** Buffer.prototype.fill(value, offset, end, encoding) */
export function fillBuffer(call: Call): Running | undefined {
  const shared = sharedView(call.self);
  const source = sharedView(call.args[0]);
  if (shared === undefined && source === undefined) return undefined;
  return filled(call, shared, source);
}

function* filled(call: Call, shared: SharedView | undefined, source: SharedView | undefined): Running {
  const [value, ...rest] = call.args;
  const given = source === undefined ? value : yield* privately(call.name, source, call.site);
  if (shared === undefined) return Reflect.apply(call.f, call.self, [given, ...rest]);
  const [offset, end] = rest.map((one) => (typeof one === 'number' ? one : undefined));
  yield* put(call, shared, [given, ...rest], () => inside(offset, end, shared.view.byteLength));
  return call.self;
}

function* put(
  { f, name, site }: Call,
  shared: SharedView,
  args: readonly unknown[],
  written: (result: unknown) => Elements,
): Running {
  const own = blank(shared);
  const result: unknown = Reflect.apply(f, own, args);
  yield* putBack(name, shared, own, site, written(result));
  return result;
}
