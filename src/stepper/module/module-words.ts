/** What an author calls words of RAM: a constant whose number is an address names the word there. */
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import type { ConstantValue } from '../compile/constant-values.ts';
import { SourceError } from '../source/source.ts';
import { spelled } from '../source/spelling.ts';
import type { CompiledText } from './module-compile.ts';

/** Names by address. Where two constants hold the same, neither names the word. */
export function wordNames({ list, valueOf }: CompiledText): ReadonlyMap<number, string> {
  const all = new Map<number, string[]>();
  for (const { name, kind, from } of list.names.module.values()) {
    if (kind !== 'const' && (kind !== 'import' || from === BUS_MODULE)) continue;
    const value = constantOf(valueOf, name);
    if (typeof value !== 'number' || value < FIRST_ADDRESS || value % 4 !== 0) continue;
    all.set(value, [...(all.get(value) ?? []), name]);
  }
  return new Map(
    [...all].flatMap(([address, [name, ...others]]) => (others.length > 0 ? [] : [[address, name ?? '']])),
  );
}

/** What a constant holds; undefined for what the compiler does not take for one, such as the list of CPUs. */
function constantOf(valueOf: (name: string) => ConstantValue, name: string): ConstantValue | undefined {
  try {
    return valueOf(spelled(name));
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
