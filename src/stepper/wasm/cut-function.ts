/**
 * All cut functions of a unit as one: a CPU goes on where its top frame says, in one jump, and calls and returns are jumps
 * too. One function, since a call costs as much as a step and nobody puts one in line.
 *
 *   resume(region)   performs what the CPU is about to do and runs it to its next access: how it stands then
 *
 * Blocks lie one behind the other, each in the end of a block of WebAssembly of its own: a jump ahead is a branch to that
 * end, and one back goes through the table at the top.
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
import type { Local, Routine, Value } from '../form/value.ts';
import { Body, type Target } from './body.ts';
import { perform } from './cut-access.ts';
import { type Common, common, countTurn } from './cut-scope.ts';
import { op } from './opcodes.ts';
import type { CutScope, Links, Scope } from './scope.ts';
import { statements } from './statements.ts';
import { effect, test, word } from './values.ts';

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

const REGION = 0;
const FRAME = 1;
const POINT = 2;
const VALUE = 3;
const AT = 4;
const FIRST_LOCAL = 5;

/** The function, of a unit in which all accesses are performed inside. */
export function resumeBody(unit: Unit, links: Links, shared: Common): Body {
  return new Resume(unit, links, shared).write();
}

class Resume {
  readonly #unit: Unit;
  readonly #links: Links;
  readonly #shared: Common;
  readonly #blocks: readonly Placed[];
  readonly #numbers: ReadonlyMap<Block, number>;
  readonly #functions: ReadonlyMap<Routine, number>;
  readonly #body: Body;
  #targets: Target[] = [];
  #again: Target | undefined;

  constructor(unit: Unit, links: Links, shared: Common) {
    this.#unit = unit;
    this.#links = links;
    this.#shared = shared;
    this.#blocks = placedBlocks(unit);
    this.#numbers = new Map(this.#blocks.map(({ block }, i) => [block, i]));
    this.#functions = new Map(unit.resumable.map(({ graph }, i) => [graph.routine, i]));
    const most = Math.max(0, ...unit.resumable.map(({ variables }) => variables.length));
    this.#body = new Body(1, FIRST_LOCAL + most);
  }

  write(): Body {
    const body = this.#body;
    if (this.#shared.turns) {
      body.i32(0);
      body.i32(0);
      body.word(op.i32_store, TURNS);
    }
    this.#header(TOP);
    body.set(FRAME);
    this.#header(NEXT_POINT);
    body.set(POINT);
    this.#again = body.loop();
    const asks = body.block();
    this.#targets = this.#blocks.map(() => body.block()).toReversed();
    body.get(POINT);
    body.branchTable(this.#targets, asks);
    this.#blocks.forEach((placed, i) => {
      body.end();
      this.#block(placed, i);
    });
    body.end();
    this.#return(STANDS_ASKING);
    body.end();
    body.op(op.unreachable);
    return body;
  }

  #header(at: number): void {
    this.#body.get(REGION);
    this.#body.word(op.i32_load, 4 * at);
  }

  #setHeader(at: number, value: () => void): void {
    this.#body.get(REGION);
    value();
    this.#body.word(op.i32_store, 4 * at);
  }

  #frame(at: number): void {
    this.#body.get(FRAME);
    this.#body.word(op.i32_load, 4 * at);
  }

  #setFrame(at: number, value: () => void): void {
    this.#body.get(FRAME);
    value();
    this.#body.word(op.i32_store, 4 * at);
  }

  #return(stands: number): void {
    this.#body.i32(stands);
    this.#body.op(op.return);
  }

  #block({ block, one }: Placed, number: number): void {
    const body = this.#body;
    const { resumes } = block;
    if (resumes?.kind === 'access') {
      const stop = (): void => this.#return(STANDS_ASKING);
      const stay = (): void => this.#return(STANDS_LOOKED_AT);
      const inside = (name: string): number => this.#links.routine({ kind: 'routine', name });
      const did = this.#unit.noting ? inside('did') : undefined;
      perform(resumes.access, { body, region: REGION, address: AT, value: VALUE, stop, stay, inside, did });
    } else if (resumes?.kind === 'call') {
      this.#header(RESULT);
      body.set(VALUE);
    }
    const scope = this.#scope(one, number);
    statements(block.ops, scope);
    this.#end(block.end, scope, one, number);
  }

  #scope({ homes, variables }: Resumable, number: number): Scope {
    const body = this.#body;
    const locals = new Map(variables.map((local, i) => [local, FIRST_LOCAL + i]));
    const localOf = (local: Local): number => {
      const at = locals.get(local);
      if (at === undefined) throw new TypeError(`local ${local} has no place`);
      return at;
    };
    const cut: CutScope = {
      result: () => body.get(VALUE),
      goto: (to) => this.#goto(to, number),
      leave: (value) => this.#leave(value, scope),
      clear: (array, words) => {
        for (let i = 0; i < words; i++) this.#setFrame((homes.get(array) as number) + i, () => body.i32(0));
      },
      element: (array, words, index) => {
        word(index, scope);
        body.tee(AT);
        body.i32(words);
        body.op(op.i32_ge_u);
        body.if();
        this.#return(STANDS_ASKING);
        body.end();
        body.get(AT);
        body.i32(2);
        body.op(op.i32_shl);
        body.get(FRAME);
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
      read: (local) => {
        const home = homes.get(local);
        if (home === undefined) body.get(localOf(local));
        else this.#frame(home);
      },
      write: (local) => {
        const home = homes.get(local);
        if (home === undefined) return body.set(localOf(local));
        body.set(AT);
        this.#setFrame(home, () => body.get(AT));
      },
      isArea: () => false,
      own: (_, args) => {
        // Nobody listens here.
        for (const one of args) effect(one, scope);
        body.i32(0);
      },
      cut,
    };
    return scope;
  }

  #goto(to: Block, from: number): void {
    const number = this.#numbers.get(to) as number;
    if (number > from) return this.#body.branch(this.#targets[number] as Target);
    this.#body.i32(number);
    this.#body.set(POINT);
    this.#body.branch(this.#again as Target);
  }

  #end(end: End | undefined, scope: Scope, one: Resumable, number: number): void {
    const body = this.#body;
    switch (end?.kind) {
      case 'goto':
        return this.#goOn(end.to, number);
      case 'branch':
        test(end.test, scope);
        body.if();
        this.#goto(end.yes, number);
        body.end();
        return this.#goOn(end.no, number);
      case 'switch':
        return this.#switch(end, scope, number);
      case 'access':
        return this.#access(end, scope);
      case 'call':
        return this.#call(end, scope, one, number);
      case 'return':
        return this.#leave(end.value, scope);
      case 'spin':
        return this.#spin(end.next, number);
      default:
        throw new TypeError('a block without an end');
    }
  }

  /** Nothing where the block stands next. */
  #goOn(to: Block, from: number): void {
    if (this.#numbers.get(to) !== from + 1) this.#goto(to, from);
  }

  #switch({ value, cases, otherwise }: End & { kind: 'switch' }, scope: Scope, number: number): void {
    const body = this.#body;
    word(value, scope);
    body.set(AT);
    for (const { test: one, to } of cases) {
      body.get(AT);
      word(one, scope);
      body.op(op.i32_eq);
      body.if();
      this.#goto(to, number);
      body.end();
    }
    this.#goOn(otherwise, number);
  }

  #access({ access, args, next }: End & { kind: 'access' }, scope: Scope): void {
    const body = this.#body;
    args.forEach((one, i) => this.#setHeader(ADDRESS + i, () => word(one, scope)));
    this.#setHeader(KIND, () => body.i32(access));
    this.#setHeader(NEXT_POINT, () => body.i32(this.#numbers.get(next) as number));
    this.#return(access === CHOOSE || LOOKED_AT[access] === 1 ? STANDS_LOOKED_AT : STANDS_READY);
  }

  #spin(next: Block, number: number): void {
    const body = this.#body;
    this.#setHeader(NEXT_POINT, () => body.i32(this.#numbers.get(next) as number));
    countTurn(body, () => this.#return(STANDS_ASKING));
    body.get(REGION);
    body.call(this.#links.routine(SPIN_FUNCTION));
    body.if();
    this.#return(STANDS_LOOKED_AT);
    body.end();
    this.#goOn(next, number);
  }

  #call({ callee, args, next }: End & { kind: 'call' }, scope: Scope, { frameWords }: Resumable, number: number): void {
    const body = this.#body;
    const unit = this.#unit;
    const at = this.#functions.get(callee) as number;
    const called = unit.resumable[at] as Resumable;
    if (unit.guarded) {
      body.get(FRAME);
      body.get(REGION);
      body.op(op.i32_sub);
      body.i32(4 * (RECURSIVE_WORDS - called.frameWords - frameWords));
      body.op(op.i32_gt_s);
      body.if();
      this.#return(STANDS_ASKING);
      body.end();
    }
    args.forEach((one, i) => this.#setFrame(frameWords + FIRST_SLOT + i, () => word(one, scope)));
    this.#setFrame(frameWords + FUNCTION, () => body.i32(at));
    this.#setFrame(frameWords + CALLER, () => body.get(FRAME));
    this.#setFrame(RESUME, () => body.i32(this.#numbers.get(next) as number));
    body.get(FRAME);
    body.i32(4 * frameWords);
    body.op(op.i32_add);
    body.set(FRAME);
    this.#setHeader(TOP, () => body.get(FRAME));
    if (this.#shared.turns) countTurn(body, () => this.#return(STANDS_ASKING));
    this.#goto(called.graph.blocks[0] as Block, number);
  }

  /** Nothing is 0, or what an inner call has returned would be left over and tell ends apart. */
  #leave(value: Value | undefined, scope: Scope): void {
    const body = this.#body;
    this.#setHeader(RESULT, () => (value === undefined ? body.i32(0) : word(value, scope)));
    this.#frame(CALLER);
    body.set(FRAME);
    this.#setHeader(TOP, () => body.get(FRAME));
    body.get(FRAME);
    body.op(op.i32_eqz);
    body.if();
    this.#setHeader(KIND, () => body.i32(IDLE));
    this.#return(STANDS_DONE);
    body.end();
    this.#frame(RESUME);
    body.set(POINT);
    body.branch(this.#again as Target);
  }
}
