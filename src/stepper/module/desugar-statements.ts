/** Statements of a module in words of ours: nothing but the shape, names and numbers of the source is left. */
import type { Node } from 'oxc-parser';
import { effectText, testText, valueText } from './desugar-expressions.ts';
import { breaks, type Plain, unknownForm, woven } from './desugar-text.ts';
import { partsOf } from './desugar-patterns.ts';
import { spelled } from '../source/spelling.ts';

/** What stands between the braces. `value` is what a bare return gives. */
export function blockText(plain: Plain, node: Node & { body: readonly Node[] }, value: string): string {
  return woven(
    plain,
    node,
    node.body.map((one) => [one, ` ${statementText(plain, one, value)}`]),
  );
}

function statementText(plain: Plain, node: Node, value: string): string {
  const inner = (one: Node): readonly [Node, string] => [one, statementText(plain, one, value)];
  const test = (one: Node): readonly [Node, string] => [one, testText(plain, one as never)];
  switch (node.type) {
    case 'BlockStatement':
      return `{${blockText(plain, node, value)} }`;
    case 'ExpressionStatement':
      return woven(plain, node, [[node.expression, effectText(plain, node.expression)], ';']);
    case 'VariableDeclaration':
      return `${localsText(plain, node)};`;
    case 'ReturnStatement':
      if (node.argument === null) return value === '' ? 'return;' : `return ${value};`;
      return woven(plain, node, ['return (', [node.argument, valueText(plain, node.argument)], ');']);
    case 'BreakStatement':
    case 'ContinueStatement': {
      const word = node.type === 'BreakStatement' ? 'break' : 'continue';
      return node.label === null ? `${word};` : `${word} ${labelName(plain, node.label.name)};`;
    }
    case 'LabeledStatement':
      return woven(plain, node, [`${labelName(plain, node.label.name)}: `, inner(node.body)]);
    case 'IfStatement': {
      const otherwise = node.alternate === null ? [] : [' else ', inner(node.alternate)];
      return woven(plain, node, ['if (', test(node.test), ') ', inner(node.consequent), ...otherwise]);
    }
    case 'WhileStatement':
      return woven(plain, node, ['while (', test(node.test), ') ', inner(node.body)]);
    case 'DoWhileStatement':
      return woven(plain, node, ['do ', inner(node.body), ' while (', test(node.test), ');']);
    case 'ForStatement':
      return forText(plain, node, value);
    case 'SwitchStatement': {
      const cases = node.cases.map((one) => [one, ` ${caseText(plain, one, value)}`] as const);
      const { discriminant } = node;
      return woven(plain, node, ['switch (', [discriminant, valueText(plain, discriminant)], ') {', ...cases, ' }']);
    }
    case 'EmptyStatement':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return `;${breaks(plain, node.start, node.end)}`;
    default:
      throw unknownForm(plain, node);
  }
}

function forText(plain: Plain, node: Node & { type: 'ForStatement' }, value: string): string {
  const { init, test, update, body } = node;
  const begin = init?.type === 'VariableDeclaration' ? localsText(plain, init) : init && effectText(plain, init);
  return woven(plain, node, [
    'for (',
    ...part(init, begin),
    '; ',
    ...part(test, test && testText(plain, test)),
    '; ',
    ...part(update, update && effectText(plain, update)),
    ') ',
    [body, statementText(plain, body, value)],
  ]);
}

const part = (node: Node | null, text: string | null): (readonly [Node, string])[] =>
  node === null || text === null ? [] : [[node, text]];

function caseText(plain: Plain, node: Node & { type: 'SwitchCase' }, value: string): string {
  const { test, consequent } = node;
  const head = test === null ? ['default:'] : ['case ', [test, valueText(plain, test)] as const, ':'];
  const statements = consequent.map((one) => [one, ` ${statementText(plain, one, value)}`] as const);
  return woven(plain, node, [...head, ...statements]);
}

/** Labels are numbered: the compiler hands them on as they stand here. */
function labelName({ labels }: Plain, name: string): string {
  const known = labels.get(name) ?? `$l${labels.size}`;
  labels.set(name, known);
  return known;
}

function localsText(plain: Plain, node: Node & { type: 'VariableDeclaration' }): string {
  const parts = node.declarations.flatMap(({ id, init }): readonly (readonly [string, Node?, string?])[] => {
    if (init === null) return [[`${id.type === 'Identifier' ? spelled(id.name) : ''} = 0`]];
    return partsOf(plain, id, init).map((one) => [`${one.name} = `, one.node, one.value]);
  });
  // A pattern without names leaves nothing to declare.
  if (parts.length === 0) return breaks(plain, node.start, node.end);
  const texts = parts.flatMap(([head, at, value = ''], i): (string | readonly [Node, string])[] => {
    const begin = `${i > 0 ? ', ' : ''}${head}`;
    return at === undefined ? [begin] : [begin, [at, value]];
  });
  return woven(plain, node, [`${node.kind} `, ...texts]);
}
