/**
 * Modules that are the same after an execution as before it, so that their instance can serve in the next: at their top
 * they define functions, classes and constants, and nothing in them plainly writes to any of these. What is not plainly so
 * counts as not so. What is done to them in other ways, by `this` or by a parameter, is found by comparing (kept.ts): all
 * that there is of such a module can be looked at from outside.
 */
import { parseSync, visitorKeys } from 'oxc-parser';

interface Node {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [key: string]: any;
}

/** Whether a module's text is of that kind. */
export function isStateless(file: string, text: string, lang: 'js' | 'ts'): boolean {
  const { program } = parseSync(file, text, { sourceType: 'module', lang });
  const statements = program.body as unknown as readonly Node[];
  const names = new Set<string>();
  const containers = new Set<string>();
  for (const statement of statements) if (!isPlain(statement, names, containers)) return false;
  const methods = privateMethods(program as unknown as Node);
  return new Uses(names, containers, methods).areHarmless(program as unknown as Node);
}

function isPlain(node: Node, names: Set<string>, containers: Set<string>): boolean {
  switch (node.type) {
    case 'ImportDeclaration':
      for (const one of node.specifiers as Node[]) names.add(one.local.name);
      return true;
    case 'ExportAllDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return true;
    case 'ExportNamedDeclaration':
      return node.declaration ? isPlain(node.declaration, names, containers) : true;
    case 'ExportDefaultDeclaration':
      return (node.declaration.type as string).endsWith('Declaration')
        ? isPlain(node.declaration, names, containers)
        : isConstant(node.declaration);
    case 'FunctionDeclaration':
      if (node.id) names.add(node.id.name);
      return true;
    case 'ClassDeclaration':
      if (node.id) names.add(node.id.name);
      return isPlainClass(node);
    case 'VariableDeclaration':
      return (
        node.kind === 'const' && (node.declarations as Node[]).every((one) => isPlainConstant(one, names, containers))
      );
    default:
      return false;
  }
}

function isPlainConstant({ id, init }: Node, names: Set<string>, containers: Set<string>): boolean {
  if (id.type !== 'Identifier' || !init) return false;
  names.add(id.name);
  if (init.type !== 'ArrayExpression' && init.type !== 'ObjectExpression') return isConstant(init);
  containers.add(id.name);
  const parts = init.type === 'ArrayExpression' ? init.elements : init.properties.map((one: Node) => one.value);
  return (parts as (Node | null | undefined)[]).every((one) => one !== null && one !== undefined && isConstant(one));
}

/** No static member but methods and constants that are seen from outside, and no key that is worked out. */
function isPlainClass({ superClass, body, decorators }: Node): boolean {
  if (superClass && superClass.type !== 'Identifier') return false;
  if (decorators?.length > 0) return false;
  return (body.body as Node[]).every((one) => {
    if (one.type === 'StaticBlock' || (one.static && one.type !== 'MethodDefinition' && !isStaticConstant(one)))
      return false;
    return !one.computed || isConstant(one.key);
  });
}

const isStaticConstant = ({ type, key, value }: Node): boolean =>
  type === 'PropertyDefinition' && key.type !== 'PrivateIdentifier' && Boolean(value) && isConstant(value);

function isConstant(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return node.regex === undefined || node.regex === null;
    case 'Identifier':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true;
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'ClassExpression':
      return isPlainClass(node);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isConstant(node.argument);
    case 'BinaryExpression':
      return isConstant(node.left) && isConstant(node.right);
    case 'MemberExpression':
      return !node.computed && node.object.type === 'Identifier';
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Symbol' && node.arguments.every(isConstant);
    default:
      return false;
  }
}

/** Names of methods that only their class can ask for: nobody sees what is done to them as objects. */
function privateMethods(node: Node, found = new Set<string>()): ReadonlySet<string> {
  if (node.type === 'MethodDefinition' && node.kind === 'method' && node.key.type === 'PrivateIdentifier')
    found.add(node.key.name);
  for (const one of childrenOf(node)) privateMethods(one, found);
  return found;
}

/** What is done with the names of the top, anywhere. */
class Uses {
  readonly #names: ReadonlySet<string>;
  /** Arrays and objects: nobody but those who import them may look at these. */
  readonly #containers: ReadonlySet<string>;

  /** Private methods: they may be called, and nothing else. */
  readonly #methods: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>, containers: ReadonlySet<string>, methods: ReadonlySet<string>) {
    this.#names = names;
    this.#containers = containers;
    this.#methods = methods;
  }

  areHarmless(node: Node): boolean {
    switch (node.type) {
      case 'AssignmentExpression':
        if (this.#writesTo(node.left)) return false;
        break;
      case 'UpdateExpression':
      case 'UnaryExpression':
        if ((node.type === 'UpdateExpression' || node.operator === 'delete') && this.#writesTo(node.argument))
          return false;
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        if (node.left.type !== 'VariableDeclaration' && this.#writesTo(node.left)) return false;
        break;
      // import() would ask an execution that is over.
      case 'ImportExpression':
        return false;
      case 'CallExpression':
        if (this.#isMethod(node.callee))
          return [node.callee.object as Node, ...(node.arguments as Node[])].every((one) => this.areHarmless(one));
        break;
      case 'MemberExpression':
        if (this.#isMethod(node)) return false;
        break;
      case 'VariableDeclarator':
        return node.init ? this.areHarmless(node.init) : true;
      case 'ExportSpecifier':
        return true;
      case 'Identifier':
        // What stands in its text is not looked at, and may be code of this module (transform/inline-eval.ts).
        return node.name !== 'eval' && !this.#containers.has(node.name);
      default:
    }
    return childrenOf(node).every((one) => this.areHarmless(one));
  }

  #isMethod(node: Node): boolean {
    return (
      node.type === 'MemberExpression' &&
      node.property.type === 'PrivateIdentifier' &&
      this.#methods.has(node.property.name)
    );
  }

  /** Whether what is written to may be one of those, or belong to it. Of a pattern it is not asked. */
  #writesTo(target: Node): boolean {
    let root = target;
    while (root.type === 'MemberExpression') root = root.object;
    if (root.type === 'Identifier') return this.#names.has(root.name);
    return root.type === 'ArrayPattern' || root.type === 'ObjectPattern';
  }
}

function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = node[key];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && 'type' in one) found.push(one as Node);
    }
  }
  return found;
}
