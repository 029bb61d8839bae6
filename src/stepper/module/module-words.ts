/** What an author calls words of RAM: a constant whose number is an address names the word there. */
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import type { ConstantValue } from '../compile/constant-values.ts';
import { SourceError } from '../source/source.ts';
import type { Binding } from '../source/scope.ts';
import { memberName, spelled } from '../source/spelling.ts';
import { tableOf } from '../subset/subset-names.ts';
import type { CompiledText } from './module-compile.ts';

export interface WordNames {
  /**
   * Names of constants, and of members as `LOCK.owner`, by the address that they hold. Where two hold the same, neither
   * names the word.
   */
  readonly words: ReadonlyMap<number, string>;
  /** The same of elements of tables, as `FORKS[1]`. */
  readonly elements: ReadonlyMap<number, string>;
  /** Constants that may be the offset of a field, by that: several may be the same, and some are something else. */
  readonly offsets: ReadonlyMap<number, readonly string[]>;
}

/** No field lies further from the beginning of what holds it. */
const LAST_OFFSET = 256;

export function wordNames({ list, valueOf }: CompiledText): WordNames {
  const [words, elements, offsets] = [new Lists(), new Lists(), new Lists()];
  for (const binding of list.names.module.values()) {
    const { name, kind, from } = binding;
    if (kind !== 'const' && (kind !== 'import' || from === BUS_MODULE)) continue;
    for (const member of membersOf(binding)) {
      const value = constantOf(valueOf, memberName(name, member));
      if (typeof value === 'number' && value >= FIRST_ADDRESS) words.add(value, `${name}.${member}`);
    }
    const value = constantOf(valueOf, spelled(name));
    if (typeof value === 'number') (value < FIRST_ADDRESS ? offsets : words).add(value, name);
    else value?.forEach((one, i) => elements.add(one, `${name}[${i}]`));
  }
  return {
    words: words.single(isAddress),
    elements: elements.single(isAddress),
    offsets: new Map([...offsets.all].filter(([value]) => isOffset(value))),
  };
}

const isOffset = (value: number): boolean => value >= 0 && value <= LAST_OFFSET && value % 4 === 0;
const isAddress = (value: number): boolean => value >= FIRST_ADDRESS && value % 4 === 0;

/** Names by number. */
class Lists {
  readonly all = new Map<number, string[]>();

  add(value: number, name: string): void {
    this.all.set(value, [...(this.all.get(value) ?? []), name]);
  }

  /** Those that have a number of this kind for themselves. */
  single(test: (value: number) => boolean): ReadonlyMap<number, string> {
    return new Map(
      [...this.all].flatMap(([value, [name = '', ...others]]) =>
        others.length > 0 || !test(value) ? [] : [[value, name]],
      ),
    );
  }
}

/** Names of the members of a table that has them. */
function membersOf(binding: Binding): readonly string[] {
  const table = tableOf(binding);
  if (table?.type !== 'ObjectExpression') return [];
  return table.properties.flatMap((one) =>
    one.type === 'Property' && one.key.type === 'Identifier' ? [one.key.name] : [],
  );
}

/** What a constant holds; undefined for what the compiler does not take for one, such as the list of CPUs. */
function constantOf(valueOf: (name: string) => ConstantValue, name: string): ConstantValue | undefined {
  try {
    return valueOf(name);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
