/**
 * All cut functions of a unit as one: a CPU goes on where its top frame says, in one jump, and calls and returns are jumps
 * too. One function, since a call costs as much as a step and nobody puts one in line.
 *
 *   resume(region)   performs what the CPU is about to do and runs it to its next access: how it stands then
 */
import { CHOOSE, IDLE } from '../../machine/access.ts';
import { LOOKED_AT } from '../../machine/access-kinds.ts';
import {
  ADDRESS,
  CALLER,
  FIRST_SLOT,
  FUNCTION,
  KIND,
  RECURSIVE_WORDS,
  RESULT,
  RESUME,
  TOP,
} from '../../stepped/frames.ts';
import {
  NEXT_POINT,
  STANDS_ASKING,
  STANDS_DONE,
  STANDS_LOOKED_AT,
  STANDS_READY,
  TURNS,
} from '../../stepped/inside/places.ts';
import { type Block, type End, reachable } from '../form/code.ts';
import type { Resumable, Unit } from '../form/unit.ts';
import type { Routine, Value } from '../form/value.ts';
import { Body, type Target } from './body.ts';
import { CpuWords } from './cpu-words.ts';
import { perform } from './cut-access.ts';
import { type Common, common, countTurn } from './cut-scope.ts';
import { Flow } from './flow.ts';
import { I32, op } from './opcodes.ts';
import type { CutScope, Links, Scope } from './scope.ts';
import { statements } from './statements.ts';
import { effect, word } from './values.ts';

/** A block of a unit, of one of its functions. */
interface Placed {
  readonly block: Block;
  readonly one: Resumable;
}

/** The blocks that can run, in the order of their numbers: of one function after the other. */
export function placedBlocks(unit: Unit): readonly Placed[] {
  return unit.resumable.flatMap((one) => reachable(one.graph.blocks).map((block) => ({ block, one })));
}

/** Of src/stepped/inside. */
const SPIN_FUNCTION: Routine = { kind: 'routine', name: 'spin' };

/** Locals of the code. */
interface Locals {
  readonly region: number;
  readonly frame: number;
  readonly point: number;
  readonly value: number;
  readonly at: number;
  /** The first of those of the function that is under way. */
  readonly first: number;
}

const localsFrom = (region: number): Locals => ({
  region,
  frame: region + 1,
  point: region + 2,
  value: region + 3,
  at: region + 4,
  first: region + 5,
});

/** Locals that the code has, the region's included. */
function localsOf({ resumable }: Unit): number {
  return localsFrom(0).first + Math.max(0, ...resumable.map(({ variables }) => variables.length));
}

/** The function, of a unit in which all accesses are performed inside. */
export function resumeBody(unit: Unit, links: Links, shared: Common): Body {
  const body = new Body(1, localsOf(unit));
  new Resume(unit, links, shared, body, localsFrom(0)).write();
  return body;
}

/** The same in place of a call: the region is on the stack, and afterwards how the CPU stands. */
export function resumeInPlace(unit: Unit, links: Links, shared: Common, body: Body): void {
  const count = localsOf(unit);
  const locals = localsFrom(body.reserve(count));
  body.set(locals.region);
  // As a call begins.
  for (let i = 1; i < count; i++) {
    body.i32(0);
    body.set(locals.region + i);
  }
  const leaves = body.block(I32);
  new Resume(unit, links, shared, body, locals, leaves).write();
  body.end();
}

class Resume {
  readonly #unit: Unit;
  readonly #links: Links;
  readonly #shared: Common;
  readonly #blocks: readonly Placed[];
  readonly #numbers: ReadonlyMap<Block, number>;
  readonly #functions: ReadonlyMap<Routine, number>;
  readonly #body: Body;
  readonly #locals: Locals;
  /** Where it leads when the CPU stands at its next access; undefined for a function, which returns. */
  readonly #leaves: Target | undefined;
  readonly #words: CpuWords;
  readonly #flow: Flow;

  constructor(unit: Unit, links: Links, shared: Common, body: Body, locals: Locals, leaves?: Target) {
    this.#unit = unit;
    this.#links = links;
    this.#shared = shared;
    this.#blocks = placedBlocks(unit);
    this.#numbers = new Map(this.#blocks.map(({ block }, i) => [block, i]));
    this.#functions = new Map(unit.resumable.map(({ graph }, i) => [graph.routine, i]));
    this.#body = body;
    this.#locals = locals;
    this.#leaves = leaves;
    this.#words = new CpuWords(body, locals.region, locals.frame, locals.at, 0);
    this.#flow = new Flow(body, this.#numbers, locals.point);
  }

  write(): void {
    const body = this.#body;
    const { frame, point } = this.#locals;
    if (this.#shared.turns) {
      body.i32(0);
      body.i32(0);
      body.word(op.i32_store, TURNS);
    }
    this.#words.header(TOP);
    body.set(frame);
    this.#words.header(NEXT_POINT);
    body.set(point);
    const owners = new Map(this.#blocks.map(({ block, one }) => [block, one]));
    this.#flow.write(
      (block) => this.#block(block, owners.get(block) as Resumable),
      () => this.#return(STANDS_ASKING),
    );
  }

  #return(stands: number): void {
    this.#body.i32(stands);
    if (this.#leaves === undefined) this.#body.op(op.return);
    else this.#body.branch(this.#leaves);
  }

  #block(block: Block, one: Resumable): void {
    const body = this.#body;
    const { region, at, value } = this.#locals;
    const { resumes } = block;
    if (resumes?.kind === 'access') {
      const stop = (): void => this.#return(STANDS_ASKING);
      const stay = (): void => this.#return(STANDS_LOOKED_AT);
      const inside = (name: string): number => this.#links.routine({ kind: 'routine', name });
      const did = this.#unit.noting ? inside('did') : undefined;
      perform(resumes.access, { body, region, address: at, value, stop, stay, inside, did });
    } else if (resumes?.kind === 'call') {
      this.#words.header(RESULT);
      body.set(value);
    }
    const scope = this.#scope(one, block);
    statements(block.ops, scope);
    this.#end(block, scope, one);
  }

  #scope(one: Resumable, from: Block): Scope {
    const body = this.#body;
    const { homes } = one;
    const { frame, value, at, first } = this.#locals;
    const cut: CutScope = {
      result: () => body.get(value),
      goto: (to) => this.#flow.goto(to, from),
      leave: (given) => this.#leave(given, scope),
      clear: (array, words) => {
        for (let i = 0; i < words; i++) this.#words.setFrame((homes.get(array) as number) + i, () => body.i32(0));
      },
      element: (array, words, index) => {
        word(index, scope);
        body.tee(at);
        body.i32(words);
        body.op(op.i32_ge_u);
        body.if();
        this.#return(STANDS_ASKING);
        body.end();
        body.get(at);
        body.i32(2);
        body.op(op.i32_shl);
        body.get(frame);
        body.op(op.i32_add);
        return 4 * (homes.get(array) as number);
      },
      ...common(
        this.#shared,
        () => scope,
        () => this.#return(STANDS_ASKING),
      ),
    };
    const scope: Scope = {
      body,
      links: this.#links,
      ...this.#words.locals(one, first),
      isArea: () => false,
      own: (_, args) => {
        // Nobody listens here.
        for (const each of args) effect(each, scope);
        body.i32(0);
      },
      cut,
    };
    return scope;
  }

  #end(block: Block, scope: Scope, one: Resumable): void {
    const { end } = block;
    switch (end?.kind) {
      case 'goto':
        return this.#flow.goOn(end.to, block);
      case 'branch':
        return this.#flow.branch(end, scope, block);
      case 'switch':
        return this.#flow.switch(end, scope, block);
      case 'access':
        return this.#access(end, scope);
      case 'call':
        return this.#call(end, scope, one, block);
      case 'return':
        return this.#leave(end.value, scope);
      case 'spin':
        return this.#spin(end.next, block);
      default:
        throw new TypeError('a block without an end');
    }
  }

  #access({ access, args, next }: End & { kind: 'access' }, scope: Scope): void {
    const body = this.#body;
    args.forEach((one, i) => this.#words.setHeader(ADDRESS + i, () => word(one, scope)));
    this.#words.setHeader(KIND, () => body.i32(access));
    this.#words.setHeader(NEXT_POINT, () => body.i32(this.#numbers.get(next) as number));
    this.#return(access === CHOOSE || LOOKED_AT[access] === 1 ? STANDS_LOOKED_AT : STANDS_READY);
  }

  #spin(next: Block, from: Block): void {
    const body = this.#body;
    this.#words.setHeader(NEXT_POINT, () => body.i32(this.#numbers.get(next) as number));
    countTurn(body, () => this.#return(STANDS_ASKING));
    body.get(this.#locals.region);
    body.call(this.#links.routine(SPIN_FUNCTION));
    body.if();
    this.#return(STANDS_LOOKED_AT);
    body.end();
    this.#flow.goOn(next, from);
  }

  #call({ callee, args, next }: End & { kind: 'call' }, scope: Scope, { frameWords }: Resumable, from: Block): void {
    const body = this.#body;
    const unit = this.#unit;
    const at = this.#functions.get(callee) as number;
    const called = unit.resumable[at] as Resumable;
    if (unit.guarded) {
      body.get(this.#locals.frame);
      body.get(this.#locals.region);
      body.op(op.i32_sub);
      body.i32(4 * (RECURSIVE_WORDS - called.frameWords - frameWords));
      body.op(op.i32_gt_s);
      body.if();
      this.#return(STANDS_ASKING);
      body.end();
    }
    args.forEach((one, i) => this.#words.setFrame(frameWords + FIRST_SLOT + i, () => word(one, scope)));
    this.#words.setFrame(frameWords + FUNCTION, () => body.i32(at));
    this.#words.setFrame(frameWords + CALLER, () => body.get(this.#locals.frame));
    this.#words.setFrame(RESUME, () => body.i32(this.#numbers.get(next) as number));
    body.get(this.#locals.frame);
    body.i32(4 * frameWords);
    body.op(op.i32_add);
    body.set(this.#locals.frame);
    this.#words.setHeader(TOP, () => body.get(this.#locals.frame));
    if (this.#shared.turns) countTurn(body, () => this.#return(STANDS_ASKING));
    this.#flow.goto(called.graph.blocks[0] as Block, from);
  }

  /** Nothing is 0, or what an inner call has returned would be left over and tell ends apart. */
  #leave(value: Value | undefined, scope: Scope): void {
    const body = this.#body;
    this.#words.setHeader(RESULT, () => (value === undefined ? body.i32(0) : word(value, scope)));
    this.#words.frame(CALLER);
    body.set(this.#locals.frame);
    this.#words.setHeader(TOP, () => body.get(this.#locals.frame));
    body.get(this.#locals.frame);
    body.op(op.i32_eqz);
    body.if();
    this.#words.setHeader(KIND, () => body.i32(IDLE));
    this.#return(STANDS_DONE);
    body.end();
    this.#words.frame(RESUME);
    body.set(this.#locals.point);
    this.#flow.again();
  }
}
