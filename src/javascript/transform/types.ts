/**
 * TypeScript as JavaScript, before anything else is done with it: blanks stand where types stood, so every line and
 * column stays. An enum becomes the function that tsc makes of it, a parameter property an assignment; what else makes
 * code is refused.
 */
import { typeNames } from './links.ts';
import { childrenOf, type Kind, type Node, Source } from './source.ts';

interface Edit {
  readonly from: number;
  readonly to: number;
  /** Stands there instead; blanks when undefined. */
  readonly text?: string;
}

/** `types` is given the names of types at its top. Throws JavascriptError. */
export function stripTypes(file: string, text: string, kind: Kind, types = new Set<string>()): string {
  const source = new Source(file, text, kind, 'ts');
  typeNames(source.program.body as Node[], types);
  const edits: Edit[] = [];
  collect(source, source.program, edits);
  let out = '';
  let at = 0;
  for (const { from, to, text: instead } of edits.sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (from < at) continue;
    const gone = text.slice(from, to);
    const ends = gone.replace(/[^\n]/g, '');
    out += text.slice(at, from) + (instead === undefined ? gone.replace(/[^\n]/g, ' ') : instead + ends);
    at = to;
  }
  return out + text.slice(at);
}

/** Nodes that leave nothing. */
const GONE = new Set([
  'TSTypeAnnotation',
  'TSTypeAliasDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeParameterDeclaration',
  'TSTypeParameterInstantiation',
  'TSDeclareFunction',
  'TSIndexSignature',
  'TSAbstractMethodDefinition',
  'TSAbstractPropertyDefinition',
  'TSNamespaceExportDeclaration',
]);
const MODIFIERS = /\b(?:public|private|protected|readonly|override|abstract|declare)\b/g;

function collect(source: Source, node: Node, edits: Edit[]): void {
  const { text } = source;
  const gone = (from: number, to: number): void => void edits.push({ from, to });
  if (GONE.has(node.type) || node.declare === true || isTypeOnly(node)) return gone(node.start, node.end);
  switch (node.type) {
    case 'TSTypeAssertion':
      gone(node.start, (node.expression as Node).start);
      break;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
      gone((node.expression as Node).end, node.end);
      return collect(source, node.expression as Node, edits);
    case 'TSEnumDeclaration':
      edits.push({ from: node.start, to: node.end, text: enumText(source, node) });
      return;
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
      throw source.error(
        node.start,
        `${source.slice(node.start, node.start + 9).split(/\s/)[0]}: this form of TypeScript makes code; write it as a module`,
      );
    case 'VariableDeclarator':
      if (node.definite) mark(text, node.id as Node, '!', gone);
      break;
    case 'Identifier':
      if (node.optional) mark(text, node, '?', gone);
      break;
    case 'ImportSpecifier':
    case 'ExportSpecifier':
      if (node.importKind === 'type' || node.exportKind === 'type') return gone(node.start, afterComma(text, node.end));
      break;
    case 'ClassDeclaration':
    case 'ClassExpression':
      classParts(source, node, gone);
      break;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      if ((node.value as Node | null)?.type === 'TSEmptyBodyFunctionExpression') return gone(node.start, node.end);
      member(text, node, gone);
      break;
    default:
      break;
  }
  if (node.params) parameters(source, node, edits);
  for (const child of childrenOf(node)) collect(source, child, edits);
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'ImportDeclaration') return node.importKind === 'type';
  if (
    node.type !== 'ExportNamedDeclaration' &&
    node.type !== 'ExportAllDeclaration' &&
    node.type !== 'ExportDefaultDeclaration'
  )
    return false;
  const declaration = node.declaration as Node | null | undefined;
  return (
    node.exportKind === 'type' || (declaration != null && (declaration.declare === true || GONE.has(declaration.type)))
  );
}

type Gone = (from: number, to: number) => void;

/** A mark behind a name. */
function mark(text: string, name: Node, sign: string, gone: Gone): void {
  const from = name.start + (name.name as string).length;
  const at = text.indexOf(sign, from);
  gone(at, at + 1);
}

function afterComma(text: string, end: number): number {
  return end + (/^\s*,/.exec(text.slice(end))?.[0].length ?? 0);
}

/** `abstract` in front, `implements` behind. */
function classParts(source: Source, node: Node, gone: Gone): void {
  const head = source.slice(node.start, (node.body as Node).start);
  if (node.abstract) gone(node.start, node.start + head.indexOf('class'));
  const list = (node.implements ?? []) as Node[];
  const last = list.at(-1);
  if (last === undefined) return;
  const before = (node.superTypeArguments ?? node.superClass ?? node.typeParameters ?? node.id) as Node | null;
  const from = source.text.indexOf('implements', before?.end ?? node.start);
  gone(from, last.end);
}

function member(text: string, node: Node, gone: Gone): void {
  const key = node.key as Node;
  for (const { index, 0: word } of text.slice(node.start, key.start).matchAll(MODIFIERS))
    gone(node.start + index, node.start + index + word.length);
  const end = node.computed ? text.indexOf(']', key.end) + 1 : key.end;
  const sign = /^\s*[?!]/.exec(text.slice(end));
  if ((node.optional || node.definite) && sign !== null) gone(end + sign[0].length - 1, end + sign[0].length);
}

/** `this` as a parameter, and parameters that are properties. */
function parameters(source: Source, node: Node, edits: Edit[]): void {
  const params = node.params as Node[];
  const [first] = params;
  if (first?.type === 'Identifier' && first.name === 'this')
    edits.push({ from: first.start, to: afterComma(source.text, first.end) });
  const names: string[] = [];
  for (const one of params) {
    if (one.type !== 'TSParameterProperty') continue;
    const inner = one.parameter as Node;
    edits.push({ from: one.start, to: inner.start });
    names.push(((inner.type === 'AssignmentPattern' ? inner.left : inner) as Node).name as string);
  }
  const block = node.body as Node | null;
  if (names.length === 0 || block === null) return;
  const statements = block.body as Node[];
  const superAt = statements.find((one) => {
    const call = one.expression as Node | undefined;
    return (
      one.type === 'ExpressionStatement' && call?.type === 'CallExpression' && (call.callee as Node).type === 'Super'
    );
  });
  const at = superAt?.end ?? block.start + 1;
  edits.push({
    from: at,
    to: at,
    text: `${superAt === undefined ? '' : ';'}${names.map((name) => `this.${name} = ${name};`).join('')}`,
  });
}

/** What tsc makes of it; members are variables too, since later ones may name earlier ones. */
function enumText(source: Source, node: Node): string {
  const name = (node.id as Node).name as string;
  let text = `var ${name}; (function (${name}) {`;
  let before: string | undefined;
  for (const one of (node.body as Node).members as Node[]) {
    const id = one.id as Node;
    const key = id.type === 'Identifier' ? (id.name as string) : String(id.value);
    const init = one.initializer as Node | null;
    const value = init ? source.slice(init.start, init.end) : before === undefined ? '0' : `${before} + 1`;
    const held = id.type === 'Identifier' ? `const ${key} = ` : '';
    before = `${name}[${JSON.stringify(key)}]`;
    text += `${held}${before} = ${value}; if (typeof ${before} !== 'string') ${name}[${before}] = ${JSON.stringify(key)};`;
  }
  return `${text}})(${name} || (${name} = {}));`;
}
