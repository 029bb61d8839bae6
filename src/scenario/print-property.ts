/** From the tree of a property back to text. */
import type { PropertyTree, Term } from './property.ts';

/** How tightly each kind holds its parts together; a looser one inside a tighter one gets parentheses. */
const tightness = { or: 0, and: 1, not: 2, compare: 3, shares: 3 } as const;

/** A text in quotes, as the lexer reads it. */
export const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The text of a property, with the fewest parentheses. */
export function printProperty(tree: PropertyTree): string {
  switch (tree.kind) {
    case 'or':
    case 'and': {
      const level = tightness[tree.kind];
      return `${within(tree.left, level)} ${tree.kind} ${within(tree.right, level + 1)}`;
    }
    case 'not':
      return `not ${within(tree.inner, tightness.not)}`;
    case 'shares':
      return `${tree.task} shares ${tree.part} with ${tree.other}`;
    case 'compare':
      return `${printTerm(tree.left)} ${tree.comparison} ${printTerm(tree.right)}`;
  }
}

function within(tree: PropertyTree, level: number): string {
  const text = printProperty(tree);
  return tightness[tree.kind] < level ? `(${text})` : text;
}

export function printTerm(term: Term): string {
  switch (term.kind) {
    case 'number':
      return String(term.value);
    case 'text':
      return quote(term.value);
    case 'name':
      return term.name;
    case 'ask-text':
    case 'ask-number':
      return `${term.ask}(${term.task})`;
  }
}
