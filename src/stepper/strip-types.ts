/** TypeScript without its types: blanks stand where they stood, so every line and column stays. */
import type { Node } from 'oxc-parser';
import { childrenOf, parseSource } from './source.ts';

/** The text as JavaScript. Only what is erased without a trace is allowed for: no enum, no namespace. */
export function stripTypes(file: string, text: string): string {
  const gone: Array<readonly [number, number]> = [];
  collect(parseSource(file, text).program, gone);
  let out = '';
  let at = 0;
  for (const [from, to] of gone.sort((a, b) => a[0] - b[0])) {
    if (from < at) continue;
    out += text.slice(at, from) + text.slice(from, to).replace(/[^\n]/g, ' ');
    at = to;
  }
  return out + text.slice(at);
}

function collect(node: Node, gone: Array<readonly [number, number]>): void {
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeParameterDeclaration':
    case 'TSTypeParameterInstantiation':
      gone.push([node.start, node.end]);
      return;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      gone.push([node.expression.end, node.end]);
      collect(node.expression, gone);
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
  for (const child of childrenOf(node)) collect(child, gone);
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'ImportDeclaration') return node.importKind === 'type';
  if (node.type !== 'ExportNamedDeclaration') return false;
  return node.exportKind === 'type' || node.declaration?.type.startsWith('TS') === true;
}
