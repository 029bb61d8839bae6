/**
 * The bus on a real thread, as instructions: what src/machine/bus.ts does with Atomics and a typed array over RAM. Locked
 * accesses are atomic instructions, plain ones plain; x86 needs no more (the table in docs/lock-model.md). Everything that
 * waits or draws is left to the host's bus.
 *
 * An address outside RAM is a fault of the machine and not of WebAssembly: page zero lies in the same memory, and the
 * report names the address. Addresses count in whole words, as a typed array's index does.
 */
import { FIRST_ADDRESS, MIN_RAM_BYTES } from '../../machine/limits.ts';
import { CPU_STRIDE, cpu_area, machine } from '../../machine/map.ts';
import type { Value } from '../form/value.ts';
import { atomic, I32, op } from './opcodes.ts';
import { rangeOf } from './range.ts';
import type { Scope } from './scope.ts';
import { effect, word } from './values.ts';

/** Writes a call on a line. What it gives, or 0, is on the stack afterwards. */
type Own = (scope: Scope, args: readonly Value[], line: number | undefined) => void;

/** Where an access goes: a local that holds the address, and what is added to it without another look. */
interface Place {
  readonly local: number | undefined;
  readonly offset: number;
}

const MASK = -4;

/** Works the address out; `check` makes sure that it lies in RAM and puts it on the stack. */
function placeOf(address: Value, scope: Scope): Place {
  const { body } = scope;
  const { least, most } = rangeOf(address);
  // In whatever size of RAM.
  if (least === most && least >= FIRST_ADDRESS && least < MIN_RAM_BYTES && least % 4 === 0)
    return { local: undefined, offset: least };
  if (address.kind === 'binary' && address.operator === '+' && isArea(address.left, scope)) {
    const field = rangeOf(address.right);
    if (field.least === field.most && field.least >= 0 && field.least < CPU_STRIDE && field.least % 4 === 0)
      return { local: -1, offset: field.least };
  }
  const local = body.take(I32);
  word(address, scope);
  body.set(local);
  return { local, offset: 0 };
}

const isArea = (value: Value, scope: Scope): boolean =>
  value.kind === 'area' || (value.kind === 'local' && scope.isArea(value.local));

/** Puts the address on the stack, of a word in RAM; the offset that is left for the access. */
function reach({ local, offset }: Place, { body, links }: Scope): number {
  if (local === undefined) {
    body.i32(0);
    return offset;
  }
  if (local < 0) {
    body.getGlobal(links.given('area'));
    return offset;
  }
  body.get(local);
  body.i32(FIRST_ADDRESS);
  body.op(op.i32_sub);
  body.getGlobal(links.given('size'));
  body.op(op.i32_ge_u);
  body.if();
  body.get(local);
  body.call(links.host({ kind: 'machine', name: 'bad_address' }, 1));
  body.op(op.unreachable);
  body.end();
  body.get(local);
  body.i32(MASK);
  body.op(op.i32_and);
  return 0;
}

function giveBack({ local }: Place, { body }: Scope): void {
  if (local !== undefined && local >= 0) body.release(I32, local);
}

/** Locals that hold the values of the arguments behind the address, in their order. */
function held(args: readonly Value[], scope: Scope): number[] {
  return args.map((one) => {
    const local = scope.body.take(I32);
    word(one, scope);
    scope.body.set(local);
    return local;
  });
}

function access(
  scope: Scope,
  [address, ...rest]: readonly Value[],
  line: number | undefined,
  perform: (offset: number, operands: readonly number[]) => void,
): void {
  const place = placeOf(address as Value, scope);
  const operands = held(rest, scope);
  scope.body.mark(line);
  perform(reach(place, scope), operands);
  for (const one of operands) scope.body.release(I32, one);
  giveBack(place, scope);
}

const load: Own = (scope, args, line) => access(scope, args, line, (offset) => scope.body.word(op.i32_load, offset));

/** A load that no compiler may move: what loops that spin look at. On x86 it is the same instruction. */
const marked: Own = (scope, args, line) =>
  access(scope, args, line, (offset) => scope.body.atomic(atomic.load, offset));

const store: Own = (scope, args, line) =>
  access(scope, args, line, (offset, [value = 0]) => {
    scope.body.get(value);
    scope.body.word(op.i32_store, offset);
    scope.body.i32(0);
  });

/** In front of a locked access an interrupt may come. */
function mayTick({ body, links, undisturbed = false }: Scope): void {
  if (undisturbed) return;
  body.getGlobal(links.given('ticks'));
  body.if();
  body.call(links.host({ kind: 'machine', name: 'count_down' }, 0));
  body.op(op.drop);
  body.end();
}

/** The check comes first, then the interrupt: a bad address faults at once. */
const locked =
  (opcode: (typeof atomic)[keyof typeof atomic]): Own =>
  (scope, args, line) =>
    access(scope, args, line, (offset, operands) => {
      const { body } = scope;
      const at = body.take(I32);
      body.set(at);
      mayTick(scope);
      body.get(at);
      for (const one of operands) body.get(one);
      body.atomic(opcode, offset);
      body.release(I32, at);
    });

const fence: Own = ({ body, links }) => {
  body.getGlobal(links.given('area'));
  body.i32(0);
  body.atomic(atomic.add, cpu_area.heartbeat);
};

/** Spinning tells nobody anything, but ends when the machine is stopped. */
const relax: Own = ({ body, links }, _, line) => {
  body.mark(line);
  body.i32(0);
  body.atomic(atomic.load, machine.stop);
  body.if();
  body.call(links.host({ kind: 'machine', name: 'stopped' }, 0));
  body.op(op.unreachable);
  body.end();
  body.i32(0);
};

const own: Readonly<Record<string, Own>> = {
  load,
  store,
  READ_ONCE: marked,
  WRITE_ONCE: store,
  xchg: locked(atomic.xchg),
  cmpxchg: locked(atomic.cmpxchg),
  xadd: locked(atomic.add),
  fetch_or: locked(atomic.or),
  fetch_and: locked(atomic.and),
  smp_mb: fence,
  cpu_relax: relax,
};

/** Functions of the bus that go over blocks (blocks.ts). */
const BLOCKS = new Set(['memset', 'memcpy', 'memchr_inv', 'memeq']);

/** A call of a function of the bus. */
export function busCall(name: string, args: readonly Value[], scope: Scope, line: number | undefined): void {
  const inlined = own[name];
  if (inlined !== undefined) return inlined(scope, args, line);
  const { body, links } = scope;
  for (const one of args) word(one, scope);
  body.mark(line);
  body.call(BLOCKS.has(name) ? links.helper(name) : links.host({ kind: 'machine', name }, args.length));
}

/** Tracepoints that say anything on a real thread, and the numbers that tell whether anybody listens; `warn` always does. */
const LISTENED: Readonly<Record<string, readonly string[]>> = {
  trace_contended: ['lock_listener'],
  trace_lock: ['lock_listener'],
  trace_unlock: ['lock_listener', 'ticks'],
  trace_syscall_leave: ['return_listener'],
};

/** A tracepoint: one test when nobody listens, nothing where nobody can. */
export function tracepoint(name: string, args: readonly Value[], scope: Scope, line: number | undefined): void {
  const { body, links } = scope;
  const listeners = name === 'warn' ? [] : LISTENED[name];
  if (listeners === undefined) {
    for (const one of args) effect(one, scope);
    return body.i32(0);
  }
  if (listeners.length === 0) {
    for (const one of args) word(one, scope);
    body.mark(line);
    return body.call(links.host({ kind: 'machine', name }, args.length));
  }
  const operands = held(args, scope);
  body.mark(line);
  listeners.forEach((one, i) => {
    body.getGlobal(links.given(one));
    if (i > 0) body.op(op.i32_or);
  });
  body.if();
  for (const one of operands) body.get(one);
  body.call(links.host({ kind: 'machine', name }, args.length));
  body.op(op.drop);
  body.end();
  for (const one of operands) body.release(I32, one);
  body.i32(0);
}
