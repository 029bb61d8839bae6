/**
 * Values as instructions. A value is a double that something cuts to 32 bits in the end, or that is compared before. So
 * there are three ways to work one out: cut to a word, which is what most are wanted as; as a 64-bit integer, where it is
 * exact; as a double. What comes out is bit by bit what JavaScript comes to.
 */
import type { BinaryOperator, MathName } from '../form/operators.ts';
import { isTruth, type Call, type Value } from '../form/value.ts';
import type { Body } from './body.ts';
import { comparing } from './compare.ts';
import { F64, I32, op } from './opcodes.ts';
import { isExact, isUnsigned, isWord, rangeOf } from './range.ts';
import type { Scope } from './scope.ts';

const WORD_OPERATORS: Partial<Record<BinaryOperator, number>> = {
  '+': op.i32_add,
  '-': op.i32_sub,
  '&': op.i32_and,
  '|': op.i32_or,
  '^': op.i32_xor,
  '<<': op.i32_shl,
  '>>': op.i32_shr_s,
  '>>>': op.i32_shr_u,
};

/** The value cut to 32 bits. */
export function word(value: Value, scope: Scope): void {
  const { body, links } = scope;
  switch (value.kind) {
    case 'number':
      return body.i32(value.value);
    case 'constant':
      return body.i32(value.constant.value as number);
    case 'imported':
      return body.getGlobal(links.given(value.variable.name));
    case 'local':
      return scope.read(value.local);
    case 'area':
      return scope.area === undefined ? body.getGlobal(links.given('area')) : scope.area();
    case 'length':
      return body.i32((value.table.value as readonly number[]).length);
    case 'unary':
      return unaryWord(value, scope);
    case 'binary':
      return binaryWord(value, scope);
    case 'logical':
      return logical(value, scope);
    case 'choice':
      return choice(value, scope);
    case 'assign':
      word(value.value, scope);
      scope.write(value.local);
      return scope.read(value.local);
    case 'sequence':
      for (const one of value.values.slice(0, -1)) effect(one, scope);
      return word(value.values.at(-1) as Value, scope);
    case 'math':
      return mathWord(value, scope);
    case 'call':
      return call(value, scope);
    case 'text':
      throw new TypeError('a text has no place among numbers');
    default:
      return cutWord(value, scope);
  }
}

/** What only code of a unit that is cut has. */
function cutWord(value: Value & { kind: 'result' | 'word' | 'put' | 'element' }, scope: Scope): void {
  const { body, cut: own } = scope;
  if (own === undefined) throw new TypeError(`${value.kind} has no place in code that is not cut`);
  switch (value.kind) {
    case 'result':
      return own.result();
    case 'element':
      return own.constant(value.table, value.index);
    case 'word':
      return body.word(op.i32_load, own.element(value.array, value.words, value.index));
    case 'put': {
      const offset = own.element(value.array, value.words, value.index);
      const [at, held] = [body.take(I32), body.take(I32)];
      body.set(at);
      word(value.value, scope);
      body.set(held);
      body.get(at);
      body.get(held);
      body.word(op.i32_store, offset);
      body.get(held);
      body.release(I32, at);
      return body.release(I32, held);
    }
  }
}

/** Works the value out for what that does. */
export function effect(value: Value, scope: Scope): void {
  if (value.kind === 'sequence') {
    for (const one of value.values) effect(one, scope);
  } else if (value.kind === 'assign') {
    word(value.value, scope);
    scope.write(value.local);
  } else {
    word(value, scope);
    scope.body.op(op.drop);
  }
}

/** Not 0 on the stack when the value counts as true. */
export function test(value: Value, scope: Scope): void {
  const { body } = scope;
  const range = rangeOf(value);
  if (value.kind === 'unary' && value.operator === '!') {
    test(value.operand, scope);
    body.op(op.i32_eqz);
  } else if (value.kind === 'logical') {
    const { left, right, operator } = value;
    test(left, scope);
    body.if(I32);
    if (operator === '&&') test(right, scope);
    else body.i32(1);
    body.else();
    if (operator === '&&') body.i32(0);
    else test(right, scope);
    body.end();
  } else if (isWord(range) || isUnsigned(range)) {
    word(value, scope);
  } else if (isExact(range)) {
    long(value, scope);
    body.op(op.i64_eqz, op.i32_eqz);
  } else {
    double(value, scope);
    truth(body);
  }
}

/** Of a double: 1 unless it is 0 or NaN. */
function truth(body: Body): void {
  body.op(op.f64_abs);
  body.f64(0);
  body.op(op.f64_gt);
}

function unaryWord({ operator, operand }: Value & { kind: 'unary' }, scope: Scope): void {
  const { body } = scope;
  if (operator === '!') {
    test(operand, scope);
    body.op(op.i32_eqz);
  } else if (operator === '+') {
    word(operand, scope);
  } else if (operator === '~') {
    word(operand, scope);
    body.i32(-1);
    body.op(op.i32_xor);
  } else {
    const range = rangeOf(operand);
    if (!isExact(range)) return cut({ kind: 'unary', operator, operand }, scope);
    body.i32(0);
    word(operand, scope);
    body.op(op.i32_sub);
  }
}

function binaryWord(value: Value & { kind: 'binary' }, scope: Scope): void {
  const { operator, left, right } = value;
  const { body } = scope;
  const [a, b] = [rangeOf(left), rangeOf(right)];
  if (isTruth(value)) {
    const { as, opcode } = comparing(operator, a, b);
    for (const side of [left, right]) ({ word, long, double })[as](side, scope);
    return body.op(opcode);
  }
  const opcode = WORD_OPERATORS[operator];
  // Bits are taken of words; sums of numbers that are exact come to the same whenever they are cut.
  const bits = /[&|^<>]/.test(operator);
  if (opcode !== undefined && (bits || (isExact(rangeOf(value)) && a.whole && b.whole))) {
    word(left, scope);
    word(right, scope);
    return body.op(opcode);
  }
  if (operator === '*' && isExact(rangeOf(value))) {
    word(left, scope);
    word(right, scope);
    return body.op(op.i32_mul);
  }
  if ((operator === '/' || operator === '%') && isWord(a) && isWord(b) && divides(b)) {
    word(left, scope);
    word(right, scope);
    return body.op(operator === '/' ? op.i32_div_s : op.i32_rem_s);
  }
  cut(value, scope);
}

/** A divisor with which nothing overflows and nothing is infinite. */
const divides = ({ least, most }: { readonly least: number; readonly most: number }): boolean => least > 0 || most < -1;

/** The double, cut as JavaScript cuts. */
function cut(value: Value, scope: Scope): void {
  const { body, links } = scope;
  const { least, most } = rangeOf(value);
  double(value, scope);
  if (least > -(2 ** 63) && most < 2 ** 63) {
    body.truncate();
    body.op(op.i32_wrap_i64);
  } else body.call(links.host({ kind: 'machine', name: 'cut' }, -1));
}

/** The value as 64 bits: it is exact. */
export function long(value: Value, scope: Scope): void {
  const { body } = scope;
  const range = rangeOf(value);
  if (isWord(range) || isUnsigned(range)) {
    word(value, scope);
    return body.op(isWord(range) ? op.i64_extend_i32_s : op.i64_extend_i32_u);
  }
  if (value.kind === 'number') return body.i64(value.value);
  if (value.kind === 'constant') return body.i64(value.constant.value as number);
  const isSum = value.kind === 'binary' && /^[+\-*]$/.test(value.operator);
  if (!isSum || !isExact(rangeOf(value.left)) || !isExact(rangeOf(value.right))) {
    double(value, scope);
    return body.truncate();
  }
  long(value.left, scope);
  long(value.right, scope);
  body.op({ '+': op.i64_add, '-': op.i64_sub, '*': op.i64_mul }[value.operator as '+' | '-' | '*']);
}

const DOUBLE_OPERATORS = { '+': op.f64_add, '-': op.f64_sub, '*': op.f64_mul, '/': op.f64_div } as const;

/** The value as it is. */
export function double(value: Value, scope: Scope): void {
  const { body, links } = scope;
  if (value.kind === 'number') return body.f64(value.value);
  if (value.kind === 'constant') return body.f64(value.constant.value as number);
  if (value.kind === 'unary' && value.operator === '-') {
    double(value.operand, scope);
    return body.op(op.f64_neg);
  }
  if (value.kind === 'unary' && value.operator === '+') return double(value.operand, scope);
  if (value.kind === 'binary' && value.operator in DOUBLE_OPERATORS) {
    double(value.left, scope);
    double(value.right, scope);
    return body.op(DOUBLE_OPERATORS[value.operator as keyof typeof DOUBLE_OPERATORS]);
  }
  if (value.kind === 'binary' && value.operator === '%') {
    double(value.left, scope);
    double(value.right, scope);
    return body.call(links.host({ kind: 'machine', name: 'remainder' }, -2));
  }
  if (value.kind === 'math' && mathDouble(value, scope)) return;
  if (value.kind === 'sequence') {
    for (const one of value.values.slice(0, -1)) effect(one, scope);
    return double(value.values.at(-1) as Value, scope);
  }
  if (value.kind === 'choice') {
    test(value.test, scope);
    body.if(F64);
    double(value.yes, scope);
    body.else();
    double(value.no, scope);
    return body.end();
  }
  if (value.kind === 'logical') return logicalDouble(value, scope);
  const range = rangeOf(value);
  word(value, scope);
  body.op(isUnsigned(range) ? op.f64_convert_i32_u : op.f64_convert_i32_s);
}

/** && and || are worth one of their operands. */
function logicalDouble({ operator, left, right }: Value & { kind: 'logical' }, scope: Scope): void {
  const { body } = scope;
  const held = body.take(F64);
  double(left, scope);
  body.tee(held);
  truth(body);
  body.if(F64);
  if (operator === '&&') double(right, scope);
  else body.get(held);
  body.else();
  if (operator === '&&') body.get(held);
  else double(right, scope);
  body.end();
  body.release(F64, held);
}

function logical(value: Value & { kind: 'logical' }, scope: Scope): void {
  const { operator, left, right } = value;
  const { body } = scope;
  if (isTruth(value)) return test(value, scope);
  if (!isWord(rangeOf(left))) return cut(value, scope);
  const held = body.take(I32);
  word(left, scope);
  body.tee(held);
  body.if(I32);
  if (operator === '&&') word(right, scope);
  else body.get(held);
  body.else();
  if (operator === '&&') body.i32(0);
  else word(right, scope);
  body.end();
  body.release(I32, held);
}

function choice({ test: condition, yes, no }: Value & { kind: 'choice' }, scope: Scope): void {
  const { body } = scope;
  test(condition, scope);
  body.if(I32);
  word(yes, scope);
  body.else();
  word(no, scope);
  body.end();
}

function mathWord(value: Value & { kind: 'math' }, scope: Scope): void {
  const { body } = scope;
  const { name, args } = value;
  if (name === 'imul' && args.length === 2) {
    for (const one of args) word(one, scope);
    return body.op(op.i32_mul);
  }
  if (name === 'clz32' && args.length === 1) {
    word(args[0] as Value, scope);
    return body.op(op.i32_clz);
  }
  const rounds = /^(?:floor|ceil|round|trunc)$/.test(name);
  if (rounds && args.length === 1 && isExact(rangeOf(args[0] as Value))) return word(args[0] as Value, scope);
  cut(value, scope);
}

const ROUNDING: Partial<Record<MathName, number>> = {
  abs: op.f64_abs,
  floor: op.f64_floor,
  ceil: op.f64_ceil,
  trunc: op.f64_trunc,
};

/** False where the value is a word. What no instruction does the host does. */
function mathDouble({ name, args }: Value & { kind: 'math' }, scope: Scope): boolean {
  const { body, links } = scope;
  const [one] = args;
  const opcode = ROUNDING[name];
  if (name === 'imul' || name === 'clz32') return false;
  if (opcode !== undefined && one !== undefined) {
    double(one, scope);
    body.op(opcode);
    return true;
  }
  if ((name === 'min' || name === 'max') && args.length > 0) {
    args.forEach((each, i) => {
      double(each, scope);
      if (i > 0) body.op(name === 'min' ? op.f64_min : op.f64_max);
    });
    return true;
  }
  for (const each of args) double(each, scope);
  body.call(links.host({ kind: 'machine', name: `math ${name}` }, -args.length));
  return true;
}

function call({ callee, args, line }: Call, scope: Scope): void {
  const { body, links } = scope;
  if (line !== undefined) scope.noteLine?.(line);
  if (callee.kind === 'bus' || callee.kind === 'tracepoint') return scope.own(callee, args, line, scope);
  if (callee.kind === 'external' && scope.cut?.external !== undefined)
    return scope.cut.external({ kind: 'call', callee, args, line });
  if (callee.kind === 'routine' && scope.inPlace?.(callee, args, scope) === true) return;
  const given = args.filter((one) => one.kind !== 'text');
  for (const one of given) word(one, scope);
  body.mark(line);
  if (callee.kind === 'routine') return body.call(links.routine(callee));
  const texts = args.map((one) => (one.kind === 'text' ? one.text : null));
  body.call(links.host({ kind: 'external', external: callee, texts, throws: false }, given.length));
}
