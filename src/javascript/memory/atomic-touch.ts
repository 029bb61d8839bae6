/** What one of Atomics touches, and its text. */
import type { Touch } from '../operation.ts';
import { shown } from './element.ts';
import { type SharedView, type TypedArray, withLength } from './views.ts';

export function atomicText(name: string, args: readonly unknown[]): string {
  const [view, ...rest] = args;
  const type = ArrayBuffer.isView(view) ? (view as TypedArray)[Symbol.toStringTag] : shown(view);
  const index = rest.length === 0 ? '' : `[${shown(rest[0])}]`;
  return `Atomics.${name}(${[`${type}${index}`, ...rest.slice(1).map(shown)].join(', ')})`;
}

export function atomicTouch(shared: SharedView, at: number, writes: boolean): Touch[] {
  return withLength(shared, [{ place: shared.place, from: at, to: at + shared.width, writes, atomic: true }]);
}
