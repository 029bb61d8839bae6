/**
 * A cut function of the kernel, as a function of its own: too many for one (cut-function.ts). It is called with the address of
 * the CPU's region, that of its frame and the block to begin with, runs until something stands in its way, and returns
 *
 *   1   an access is pending: the machine may switch CPUs
 *   0   the function has returned; its caller's frame is on top
 *
 * What it leaves in the frames is to the word what the JavaScript of render/resumable.ts leaves there.
 */
import { isPlainWord } from '../../machine/access-kinds.ts';
import { AREA_AT, FRAMES_AT } from '../../stepped/cut-places.ts';
import { ADDRESS, CALLER, FIRST_SLOT, FUNCTION, KIND, LINE, RESULT, RESUME, TOP } from '../../stepped/frames.ts';
import { type Block, type End, reachable } from '../form/code.ts';
import type { Resumable, Unit } from '../form/unit.ts';
import type { Routine, Value } from '../form/value.ts';
import { Body } from './body.ts';
import { CpuWords } from './cpu-words.ts';
import { Flow } from './flow.ts';
import { op } from './opcodes.ts';
import type { CutScope, Links, Scope } from './scope.ts';
import { statements } from './statements.ts';
import { performStepped } from './stepped-access.ts';
import { word } from './values.ts';

/** Parameters, and locals behind them. */
export const PARAMETERS = 3;
const REGION = 0;
const FRAME = 1;
const POINT = 2;
const VALUE = 3;
const AT = 4;
const FIRST_LOCAL = 5;

const PENDING = 1;
const RETURNED = 0;

/** What the functions of a unit have in common. */
export interface SteppedUnit {
  readonly unit: Unit;
  readonly links: Links;
  /** Numbers of the functions of the frames. */
  readonly numbers: ReadonlyMap<Routine, number>;
}

export function steppedBody(one: Resumable, shared: SteppedUnit): Body {
  return new SteppedFunction(one, shared).write();
}

function nowhere(): never {
  throw new TypeError('a kernel has no tables, no scratch, and nothing that counts turns');
}

class SteppedFunction {
  readonly #one: Resumable;
  readonly #shared: SteppedUnit;
  readonly #body: Body;
  readonly #words: CpuWords;
  readonly #flow: Flow;

  constructor(one: Resumable, shared: SteppedUnit) {
    this.#one = one;
    this.#shared = shared;
    this.#body = new Body(PARAMETERS, FIRST_LOCAL + one.variables.length);
    this.#words = new CpuWords(this.#body, REGION, FRAME, AT, FRAMES_AT);
    const blocks = reachable(one.graph.blocks);
    this.#flow = new Flow(this.#body, new Map(blocks.map((block) => [block, block.id])), POINT);
  }

  write(): Body {
    this.#flow.write(
      (block) => this.#block(block),
      () => this.#body.op(op.unreachable),
    );
    return this.#body;
  }

  #return(how: number): void {
    this.#body.i32(how);
    this.#body.op(op.return);
  }

  #block(block: Block): void {
    const { resumes, ops } = block;
    const [body, { links }] = [this.#body, this.#shared];
    if (resumes?.kind === 'access')
      performStepped(resumes.access, { body, links, region: REGION, address: AT, value: VALUE });
    if (resumes?.kind === 'call') {
      this.#words.header(RESULT);
      body.set(VALUE);
    }
    const scope = this.#scope(block);
    statements(ops, scope);
    this.#end(block, scope);
  }

  #scope(from: Block): Scope {
    const body = this.#body;
    const { links } = this.#shared;
    const cut: CutScope = {
      result: () => body.get(VALUE),
      goto: (to) => this.#flow.goto(to, from),
      leave: (value) => this.#leave(value, scope),
      clear: nowhere,
      element: nowhere,
      constant: nowhere,
      turn: nowhere,
    };
    const scope: Scope = {
      ...outside(body, links),
      ...this.#words.locals(this.#one, FIRST_LOCAL),
      own: ({ name }, args) => tell(name, args, scope),
      noteLine: (line) => this.#words.setHeader(LINE, () => body.i32(line)),
      cut,
    };
    return scope;
  }

  #end(block: Block, scope: Scope): void {
    const { end } = block;
    switch (end?.kind) {
      case 'goto':
        return this.#flow.goOn(end.to, block);
      case 'branch':
        return this.#flow.branch(end, scope, block);
      case 'switch':
        return this.#flow.switch(end, scope, block);
      case 'access':
        return this.#access(end, scope, block);
      case 'call':
        return this.#call(end, scope, block);
      case 'return':
        return this.#leave(end.value, scope);
      default:
        throw new TypeError(`a block that ends as no block of a kernel does: ${end?.kind}`);
    }
  }

  #access({ access, args, next }: End & { kind: 'access' }, scope: Scope, from: Block): void {
    const body = this.#body;
    const { privateBytes } = this.#shared.unit;
    args.forEach((one, i) => this.#words.setHeader(ADDRESS + i, () => word(one, scope)));
    this.#words.setHeader(KIND, () => body.i32(access));
    this.#words.setFrame(RESUME, () => body.i32(this.#flow.numberOf(next)));
    if (privateBytes === 0 || !isPlainWord(access)) return this.#return(PENDING);
    this.#words.header(ADDRESS);
    scope.area?.();
    body.op(op.i32_sub);
    body.i32(privateBytes);
    body.op(op.i32_ge_u);
    body.if();
    this.#return(PENDING);
    body.end();
    this.#flow.goOn(next, from);
  }

  #call({ callee, args, next }: End & { kind: 'call' }, scope: Scope, from: Block): void {
    const body = this.#body;
    const { numbers, links } = this.#shared;
    const { frameWords } = this.#one;
    const number = numbers.get(callee);
    if (number === undefined) throw new TypeError(`${callee.name} has no frames`);
    const index = (words: number): void => {
      body.get(FRAME);
      body.i32(2);
      body.op(op.i32_shr_u);
      body.i32(words);
      body.op(op.i32_add);
    };
    args.forEach((one, i) => this.#words.setFrame(frameWords + FIRST_SLOT + i, () => word(one, scope)));
    this.#words.setFrame(frameWords + FUNCTION, () => body.i32(number));
    this.#words.setFrame(frameWords + RESUME, () => body.i32(0));
    this.#words.setFrame(frameWords + CALLER, () => index(0));
    this.#words.setFrame(RESUME, () => body.i32(this.#flow.numberOf(next)));
    this.#words.setHeader(TOP, () => index(frameWords));
    body.get(REGION);
    body.get(FRAME);
    body.i32(4 * frameWords);
    body.op(op.i32_add);
    body.i32(0);
    body.call(links.routine(callee));
    body.if();
    this.#return(PENDING);
    body.end();
    this.#flow.goOn(next, from);
  }

  /** Nothing is 0, or what an inner call has returned would be left over and tell ends apart. */
  #leave(value: Value | undefined, scope: Scope): void {
    this.#words.setHeader(RESULT, () => (value === undefined ? this.#body.i32(0) : word(value, scope)));
    this.#words.setHeader(TOP, () => this.#words.frame(CALLER));
    this.#return(RETURNED);
  }
}

/** What all functions of a stepped kernel know of what is around them. */
export function outside(body: Body, links: Links): Pick<Scope, 'body' | 'links' | 'isArea' | 'area'> {
  return {
    body,
    links,
    isArea: () => false,
    area: () => {
      body.i32(0);
      body.word(op.i32_load, AREA_AT);
    },
  };
}

/** A tracepoint: the machine is told. */
export function tell(name: string, args: readonly Value[], scope: Scope): void {
  const { body, links } = scope;
  for (const one of args) word(one, scope);
  body.call(links.host({ kind: 'machine', name }, args.length));
}
