/** What the emitter knows of the function whose code it writes. */
export type FunctionKind =
  | 'module'
  | 'function'
  | 'arrow'
  | 'method'
  | 'getter'
  | 'setter'
  | 'constructor'
  | 'derived'
  /** An initializer of a field, or a static block. */
  | 'initializer';

export interface StateOptions {
  readonly kind: FunctionKind;
  readonly name: string;
  readonly strict: boolean;
  readonly async?: boolean;
  readonly generator?: boolean;
  /** Of what lies in a class: the name by which its code finds the class. */
  readonly className?: string | undefined;
  /** Its entry in the table of functions. */
  readonly info?: string | undefined;
}

/** What arrows take from the function around them. */
export type Captured = 'this' | 'arguments' | 'target' | 'super' | 'superSet';

export class FunctionState {
  readonly parent: FunctionState | undefined;
  readonly kind: FunctionKind;
  readonly name: string;
  readonly strict: boolean;
  readonly async: boolean;
  readonly generator: boolean;
  readonly className: string | undefined;
  readonly info: string | undefined;
  readonly depth: number;
  readonly captured = new Set<Captured>();
  /** Numbers of the loops around what is being written, outermost first. */
  readonly loops: number[] = [];
  private used = 0;
  private most = 0;

  constructor(parent: FunctionState | undefined, options: StateOptions) {
    this.parent = parent;
    this.kind = options.kind;
    this.name = options.name;
    this.strict = options.strict;
    this.async = options.async ?? false;
    this.generator = options.generator ?? false;
    this.className = options.className;
    this.info = options.info;
    this.depth = (parent?.depth ?? -1) + 1;
  }

  /** The function whose `this` and `arguments` are meant here. */
  get owner(): FunctionState {
    return this.kind === 'arrow' && this.parent !== undefined ? this.parent.owner : this;
  }

  get loop(): number {
    return this.loops.at(-1) ?? 0;
  }

  /** Index of a temporary that nobody holds; held until released to the mark that was before. */
  hold(): number {
    this.used++;
    if (this.used > this.most) this.most = this.used;
    return this.used;
  }

  mark(): number {
    return this.used;
  }

  release(mark: number): void {
    this.used = mark;
  }

  get temporaries(): number {
    return this.most;
  }
}
