/**
 * Writes the twin of a file: the text of each node, with what lies between its parts kept.
 *
 * Lines are kept by marks: the text of a node begins with a comment that tells its line, and at the end each mark whose
 * line is not yet reached becomes the line ends that a rewrite lost. So nothing that may be left stands directly behind a
 * word that a line end would cut off, as `return`; a statement's own mark stands in front of the word.
 *
 * An expression that may be left is written as
 *     (v = CALL, flow.f ? flow.f === 1 ? (flow.f = 0, yield v) : (flow.f = 0, yield* v) : v)
 * CALL gives the value, or sets flow.f: to 1 when it gives an operation, to 2 for a Running. So what never
 * touches shared memory costs a call and a check, and makes no generator.
 */
import type { LanguageName } from '../names.ts';
import { type Binding, Scope } from './scope.ts';
import { sites } from '../sites.ts';
import { childrenOf, type Node, type Source } from './source.ts';
import { FunctionState, type StateOptions } from './state.ts';

/** How a kind of node is written; `name` is what a function or class without a name is given to. */
export type Rule = (e: Emitter, node: Node, name?: string) => string;

/** A private name of a class, and how it is kept. */
export interface PrivateName {
  readonly kind: 'field' | 'method' | 'accessor';
  readonly get: boolean;
  readonly set: boolean;
}

/** Nodes that need no mark: they are short, or no expression. */
const UNMARKED = new Set([
  'Identifier',
  'Literal',
  'ThisExpression',
  'Super',
  'PrivateIdentifier',
  'TemplateElement',
  'SpreadElement',
  'Program',
]);

export class Emitter {
  readonly source: Source;
  /** Begins each name that the twin adds; it does not occur in the source. */
  readonly prefix: string;
  state: FunctionState;
  scope: Scope;
  /** Of the classes around, innermost last. */
  readonly privates: Map<string, PrivateName>[] = [];
  /** Source of the table of functions, one entry each. */
  readonly infos: string[] = [];
  readonly declared = new Map<Node, string>();
  /** Free names that the world gives in place of the machine's own. */
  private readonly globals: ReadonlySet<string>;
  usesGlobals = false;
  awaits = false;
  /** Names of imports that its code uses. */
  readonly usedImports = new Set<string>();
  private readonly rules: Readonly<Record<string, Rule>>;
  private readonly properties = new Map<string, string>();
  private readonly languageUsed = new Set<LanguageName>();
  private serial = 0;

  constructor(
    source: Source,
    rules: Readonly<Record<string, Rule>>,
    module: StateOptions,
    globals: ReadonlySet<string>,
  ) {
    this.source = source;
    this.globals = globals;
    this.rules = rules;
    let prefix = '$$';
    while (source.text.includes(prefix)) prefix += '$';
    this.prefix = prefix;
    this.state = new FunctionState(undefined, module);
    this.scope = new Scope(undefined, 0, 0);
  }

  /** The text that stands for a node, with all its line ends. */
  emit(node: Node, name?: string): string {
    const rule = this.rules[node.type];
    const text = rule === undefined ? this.text(node) : rule(this, node, name);
    return UNMARKED.has(node.type) ? text : this.at(node) + text;
  }

  /** Says on which line a node stands in the source: what follows is brought there when all is written. */
  at(node: Node): string {
    return `/*${this.prefix}${this.source.lineOf(node.start)}*/`;
  }

  /** The whole text with line ends where the marks say that some were lost. */
  lined(text: string): string {
    const marks = new RegExp(`/\\*${this.prefix.replaceAll('$', '\\$')}(\\d+)\\*/|\n`, 'g');
    let line = 1;
    return text.replace(marks, (found, wanted: string | undefined, offset: number) => {
      if (wanted === undefined) {
        line++;
        return found;
      }
      const missing = Math.max(0, Number(wanted) - line);
      line += missing;
      // Behind a word a mark holds apart what the source holds apart by its first sign: `return()=>1`.
      if (missing === 0) return /[\w$]/.test(text[offset - 1] ?? '') ? ' ' : '';
      return '\n'.repeat(missing);
    });
  }

  /** A node's own text with its parts replaced. */
  text(node: Node, write: (part: Node) => string = (part) => this.emit(part)): string {
    return this.stretch(node.start, node.end, childrenOf(node), write);
  }

  /** A stretch of the source with the nodes in it replaced. */
  stretch(
    from: number,
    to: number,
    parts: readonly Node[],
    write: (part: Node) => string = (part) => this.emit(part),
  ): string {
    let at = from;
    let text = '';
    for (const part of parts) {
      if (part.start < at) continue;
      text += this.source.slice(at, part.start) + write(part);
      at = part.end;
    }
    return text + this.source.slice(at, to);
  }

  /** A name of the language, as the twin has it. */
  name(name: LanguageName): string {
    this.languageUsed.add(name);
    return this.prefix + name;
  }

  get used(): readonly LanguageName[] {
    return [...this.languageUsed];
  }

  /** A new name. */
  fresh(hint = ''): string {
    return `${hint}${this.prefix}${++this.serial}`;
  }

  number(): number {
    return ++this.serial;
  }

  temporary(): string {
    return `${this.prefix}t${this.state.hold()}`;
  }

  /** The constant that says whether a property of that name may be an accessor that can be left. */
  property(name: string): string {
    let constant = this.properties.get(name);
    if (constant === undefined) {
      constant = `${this.prefix}n${this.properties.size}`;
      this.properties.set(name, constant);
    }
    return constant;
  }

  get propertyConstants(): ReadonlyMap<string, string> {
    return this.properties;
  }

  site(node: Node): number {
    const { file } = this.source;
    const line = this.source.lineOf(node.start);
    const column = this.source.columnOf(node.start);
    const text = this.source.slice(node.start, node.end).split('\n', 1)[0] as string;
    return sites.add({ file, line, column, function: this.state.name, text });
  }

  /** An expression that may be left: see above. */
  go(call: string): string {
    const v = `${this.prefix}v`;
    const f = `${this.name('flow')}.f`;
    return `(${v} = ${call}, ${f} ? ${f} === 1 ? (${f} = 0, yield ${v}) : (${f} = 0, yield* ${v}) : ${v})`;
  }

  /** Writes a part of another function; gives its text. */
  within<T>(options: StateOptions, write: () => T): T {
    const { state, scope } = this;
    this.state = new FunctionState(state, options);
    this.scope = new Scope(scope, this.state.depth, 0);
    try {
      return write();
    } finally {
      this.state = state;
      this.scope = scope;
    }
  }

  inScope<T>(write: () => T): T {
    const { scope } = this;
    this.scope = new Scope(scope, this.state.depth, this.state.loop);
    try {
      return write();
    } finally {
      this.scope = scope;
    }
  }

  find(name: string): Binding | undefined {
    const found = this.scope.find(name);
    if (found?.kind === 'import') this.usedImports.add(name);
    return found;
  }

  /** Where a free name of the world stands, which can be written to; undefined for one of the machine. */
  global(name: string): string | undefined {
    if (!this.globals.has(name)) return undefined;
    this.usesGlobals = true;
    return `${this.prefix}g.${name}`;
  }

  /** In front of a use of such a name that must be there: throws when it is not. */
  defined(name: string, use: string): string {
    return `(${JSON.stringify(name)} in ${this.prefix}g ? ${use} : ${this.name('notDefined')}(${JSON.stringify(name)}))`;
  }

  private(name: string): PrivateName {
    for (let i = this.privates.length - 1; i >= 0; i--) {
      const found = this.privates[i]?.get(name);
      if (found !== undefined) return found;
    }
    return { kind: 'field', get: true, set: true };
  }

  refuse(node: Node, reason: string): never {
    throw this.source.error(node.start, reason);
  }
}
