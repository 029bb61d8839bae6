/** Declarations that take a table or a written-out array apart: one name after the other, each with its value. */
import type { Expression, Node } from 'oxc-parser';
import { valueText } from './desugar-expressions.ts';
import { type Plain, unknownForm } from './desugar-text.ts';
import { memberName, spelled } from '../source/spelling.ts';
import { TABLE_ELEMENT } from '../source/tables.ts';

export interface Part {
  /** As the compiler reads it. */
  readonly name: string;
  readonly value: string;
  /** Where the value stands in the source, with its line breaks. */
  readonly node: Node;
}

/** The names that a declaration gives values to, in order; one for every hole, since its element is worked out too. */
export function partsOf(plain: Plain, id: Node, init: Expression): readonly Part[] {
  if (id.type === 'Identifier') return [{ name: spelled(id.name), value: valueText(plain, init), node: init }];
  if (id.type === 'ObjectPattern' && init.type === 'Identifier') return members(id, init);
  if (id.type !== 'ArrayPattern') throw unknownForm(plain, id);
  const nameAt = (one: Node | null, i: number): string => (one === null ? `$2${id.start + i}` : nameOf(plain, one));
  if (init.type === 'ArrayExpression') {
    return init.elements.map((element, i) => {
      const value = element as Expression;
      return { name: nameAt(id.elements[i] ?? null, i), value: valueText(plain, value), node: value };
    });
  }
  if (init.type !== 'Identifier') throw unknownForm(plain, init);
  const named = id.elements.flatMap((one, i) => (one === null ? [] : [{ one, i }]));
  return named.map(({ one, i }) => {
    return { name: nameOf(plain, one), value: `${TABLE_ELEMENT}(${spelled(init.name)}, ${i})`, node: one };
  });
}

function nameOf(plain: Plain, node: Node): string {
  if (node.type !== 'Identifier') throw unknownForm(plain, node);
  return spelled(node.name);
}

function members(id: Node & { type: 'ObjectPattern' }, init: Node & { type: 'Identifier' }): readonly Part[] {
  return id.properties.flatMap((one) => {
    if (one.type !== 'Property' || one.key.type !== 'Identifier' || one.value.type !== 'Identifier') return [];
    return [{ name: spelled(one.value.name), value: memberName(init.name, one.key.name), node: one }];
  });
}

/** Members that a pattern takes out of a table by their names. */
export function takenMembers(id: Node): readonly (Node & { type: 'Identifier' })[] {
  if (id.type !== 'ObjectPattern') return [];
  const keys = id.properties.flatMap((one) => (one.type === 'Property' ? [one.key as Node] : []));
  return keys.flatMap((key) => (key.type === 'Identifier' ? [key] : []));
}
