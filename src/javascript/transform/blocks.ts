/** Statements and blocks: where functions are hoisted to, and that no statement runs into the one before it. */
import type { Emitter, Rule } from './emitter.ts';
import { bodyName, declaredInfo } from './infos.ts';
import { declareLexical, namesOf } from './scope.ts';
import type { Node } from './source.ts';

/** The function declarations of a list of statements; of those with one name the last. */
function functionsOf(statements: readonly Node[]): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const statement of statements) {
    let node = (statement.declaration as Node | null | undefined) ?? statement;
    while (node.type === 'LabeledStatement') node = node.body as Node;
    if (node.type === 'FunctionDeclaration' && node.id && node.body) found.set((node.id as Node).name as string, node);
  }
  return found;
}

/** What ties wrappers to bodies where a scope begins. `keyword` declares those that are no plain functions. */
export function hoisted(e: Emitter, statements: readonly Node[], keyword: 'var' | 'let'): string {
  let text = '';
  for (const [name, node] of functionsOf(statements)) text += tie(e, name, name, node, keyword);
  return text;
}

export function tie(e: Emitter, name: string, shown: string, node: Node, keyword: 'var' | 'let'): string {
  const g = bodyName(e, name, node);
  const info = declaredInfo(e, node, shown);
  if (node.async || node.generator || !node.id) return `${keyword} ${name} = ${e.name('fn')}(${info}, ${g});`;
  return `${e.name('declare')}(${info}, ${g}, ${name});`;
}

/** Statements with what lies around them. An expression gets a semicolon in front: it may begin with a parenthesis now. */
export function statementsOf(e: Emitter, statements: readonly Node[], from: number, to: number): string {
  return e.stretch(from, to, statements, (one) =>
    one.type === 'ExpressionStatement' ? `;${e.emit(one)}` : e.emit(one),
  );
}

/** `{ before; statements }` with a scope of its own. */
export function blockOf(e: Emitter, node: Node, before = ''): string {
  return e.inScope(() => {
    const statements = node.body as Node[];
    declareLexical(e.scope, statements);
    const text = statementsOf(e, statements, node.start + 1, node.end - 1);
    return `{${before}${hoisted(e, statements, 'let')}${text}}`;
  });
}

const switchStatement: Rule = (e, node) => {
  const cases = node.cases as Node[];
  const discriminant = node.discriminant as Node;
  const head = `switch (${e.emit(discriminant)}) {`;
  return e.inScope(() => {
    const all = cases.flatMap((one) => one.consequent as Node[]);
    declareLexical(e.scope, all);
    const declared = hoisted(e, all, 'var');
    let text = head;
    cases.forEach((one, i) => {
      const test = one.test as Node | null;
      const body = one.consequent as Node[];
      const end = cases[i + 1]?.start ?? node.end - 1;
      const colon = e.source.text.indexOf(':', test?.end ?? one.start) + 1;
      text += test === null ? 'default:' : `case ${e.emit(test)}:`;
      text += declared + statementsOf(e, body, body.length > 0 ? colon : end, end);
    });
    return `${text}}`;
  });
};

const catchClause: Rule = (e, node) =>
  e.inScope(() => {
    for (const name of namesOf(node.param as Node | null)) e.scope.declare(name, 'let');
    return e.text(node);
  });

/** Sloppy code may declare a function where only a statement stands. */
const ifStatement: Rule = (e, node) => {
  const branch = (one: Node): string =>
    one.type === 'FunctionDeclaration'
      ? blockOf(e, { type: 'BlockStatement', start: one.start - 1, end: one.end + 1, body: [one] })
      : e.emit(one);
  return e.text(node, (part) => (part === node.test ? e.emit(part) : branch(part)));
};

export const blockRules: Readonly<Record<string, Rule>> = {
  BlockStatement: (e, node) => blockOf(e, node),
  SwitchStatement: switchStatement,
  CatchClause: catchClause,
  IfStatement: ifStatement,
  WithStatement: (e, node) => e.refuse(node, 'with hides which names are meant; it cannot be explored'),
};
