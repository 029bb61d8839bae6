/** TypeScript without its types: blanks stand where they stood, so every line and column stays. */
import type { Node, Program } from 'oxc-parser';
import { childrenOf, parseSource } from './source.ts';

const known = new WeakMap<Program, string>();

/** The text as JavaScript, but for an enum, which stays. Only what is erased without a trace is allowed for: no namespace. */
export function stripTypes(file: string, text: string): string {
  const { program } = parseSource(file, text);
  const stripped = known.get(program) ?? withoutTypes(program, text);
  known.set(program, stripped);
  return stripped;
}

function withoutTypes(program: Program, text: string): string {
  const gone: Array<readonly [number, number]> = [];
  collect(program, gone, text);
  let out = '';
  let at = 0;
  for (const [from, to] of gone.sort((a, b) => a[0] - b[0])) {
    if (from < at) continue;
    out += text.slice(at, from) + text.slice(from, to).replace(/[^\n]/g, ' ');
    at = to;
  }
  return out + text.slice(at);
}

function collect(node: Node, gone: Array<readonly [number, number]>, text: string): void {
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeParameterDeclaration':
    case 'TSTypeParameterInstantiation':
    case 'TSDeclareFunction':
      gone.push([node.start, node.end]);
      return;
    case 'TSTypeAssertion':
      gone.push([node.start, node.expression.start]);
      collect(node.expression, gone, text);
      return;
    case 'VariableDeclaration':
      if (node.declare) {
        gone.push([node.start, node.end]);
        return;
      }
      break;
    case 'VariableDeclarator':
      if (node.definite) gone.push(mark(text, node.id, '!'));
      break;
    case 'Identifier':
      if (node.optional) gone.push(mark(text, node, '?'));
      break;
    case 'ImportSpecifier':
      if (node.importKind === 'type') {
        gone.push([node.start, afterComma(text, node.end)]);
        return;
      }
      break;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      gone.push([node.expression.end, node.end]);
      collect(node.expression, gone, text);
      return;
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
      if (isTypeOnly(node)) {
        gone.push([node.start, node.end]);
        return;
      }
      break;
    default:
      break;
  }
  for (const child of childrenOf(node)) collect(child, gone, text);
}

/** Where a mark stands behind a name, with what lies between. */
function mark(text: string, name: Node & { type: string }, sign: string): [number, number] {
  const from = 'name' in name && typeof name.name === 'string' ? name.start + name.name.length : name.start;
  return [from, text.indexOf(sign, from) + 1];
}

function afterComma(text: string, end: number): number {
  const rest = /^\s*,/.exec(text.slice(end));
  return end + (rest?.[0].length ?? 0);
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'ImportDeclaration') return node.importKind === 'type';
  if (node.type !== 'ExportNamedDeclaration') return false;
  const declared = node.declaration?.type ?? '';
  return node.exportKind === 'type' || (declared.startsWith('TS') && declared !== 'TSEnumDeclaration');
}
