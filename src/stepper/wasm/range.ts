/**
 * Between which numbers a value lies before anything cuts it to 32 bits. A value of the intermediate form is a number of
 * JavaScript, a double; where it is known to be whole and small enough, words or 64-bit integers come to the same, and
 * cost a quarter.
 */
import type { BinaryOperator, MathName } from '../form/operators.ts';
import { isTruth, type Value } from '../form/value.ts';

export interface Range {
  readonly least: number;
  readonly most: number;
  /** No fraction, no infinity, not NaN. */
  readonly whole: boolean;
}

const LEAST_WORD = -0x8000_0000;
const MOST_WORD = 0x7fff_ffff;
const MOST_UNSIGNED = 0xffff_ffff;

const WORD: Range = { least: LEAST_WORD, most: MOST_WORD, whole: true };
const TRUTH: Range = { least: 0, most: 1, whole: true };
const ANY: Range = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY, whole: false };

/** A 32-bit number with sign, whatever happens. */
export const isWord = ({ least, most, whole }: Range): boolean => whole && least >= LEAST_WORD && most <= MOST_WORD;

/** A 32-bit number without sign. */
export const isUnsigned = ({ least, most, whole }: Range): boolean => whole && least >= 0 && most <= MOST_UNSIGNED;

/** A whole number that a double holds exactly, and so do 64 bits. */
export const isExact = ({ least, most, whole }: Range): boolean =>
  whole && least >= -Number.MAX_SAFE_INTEGER && most <= Number.MAX_SAFE_INTEGER;

export function rangeOf(value: Value): Range {
  if (isTruth(value)) return TRUTH;
  switch (value.kind) {
    case 'number':
      return just(value.value);
    case 'constant':
      return typeof value.constant.value === 'number' ? just(value.constant.value) : ANY;
    case 'length':
      return just((value.table.value as readonly number[]).length);
    case 'unary':
      return unary(value.operator, rangeOf(value.operand));
    case 'binary':
      return binary(value.operator, rangeOf(value.left), rangeOf(value.right));
    case 'logical':
      return either(rangeOf(value.left), rangeOf(value.right));
    case 'choice':
      return either(rangeOf(value.yes), rangeOf(value.no));
    case 'sequence':
      return rangeOf(value.values.at(-1) as Value);
    case 'element':
      return (value.table.value as readonly number[]).map(just).reduce(either, TRUTH);
    case 'math':
      return math(value.name, value.args.map(rangeOf));
    default:
      // Whatever is kept somewhere is a word.
      return WORD;
  }
}

const just = (value: number): Range => ({ least: value, most: value, whole: Number.isInteger(value) });

function between(whole: boolean, ...ends: readonly number[]): Range {
  if (ends.some(Number.isNaN)) return ANY;
  return { least: Math.min(...ends), most: Math.max(...ends), whole };
}

const either = (a: Range, b: Range): Range => between(a.whole && b.whole, a.least, a.most, b.least, b.most);

function unary(operator: '-' | '+' | '~' | '!', { least, most, whole }: Range): Range {
  if (operator === '-') return between(whole, -least, -most);
  return operator === '+' ? { least, most, whole } : WORD;
}

function binary(operator: BinaryOperator, a: Range, b: Range): Range {
  const whole = a.whole && b.whole;
  switch (operator) {
    case '+':
      return between(whole, a.least + b.least, a.most + b.most);
    case '-':
      return between(whole, a.least - b.most, a.most - b.least);
    case '*':
      return between(whole, a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most);
    case '/':
      return hasZero(b) ? ANY : between(false, a.least / b.least, a.least / b.most, a.most / b.least, a.most / b.most);
    case '%':
      return remainder(a, b, whole);
    case '&':
      return mask(a, b);
    case '>>>':
      return b.least === b.most ? between(true, 0, MOST_UNSIGNED >>> (b.least & 31)) : between(true, 0, MOST_UNSIGNED);
    default:
      return WORD;
  }
}

const hasZero = ({ least, most }: Range): boolean => least <= 0 && most >= 0;

function remainder(a: Range, b: Range, whole: boolean): Range {
  if (hasZero(b)) return ANY;
  const most = Math.max(Math.abs(b.least), Math.abs(b.most));
  return between(whole, a.least < 0 ? -most : 0, a.most > 0 ? most : 0);
}

/** A mask without a sign leaves nothing above it. */
function mask(a: Range, b: Range): Range {
  const masks = [a, b].filter((one) => isWord(one) && one.least >= 0).map(({ most }) => most);
  return masks.length === 0 ? WORD : between(true, 0, Math.min(...masks));
}

function math(name: MathName, args: readonly Range[]): Range {
  const [one = ANY] = args;
  switch (name) {
    case 'imul':
      return WORD;
    case 'clz32':
      return between(true, 0, 32);
    case 'sign':
      return one.whole ? between(true, -1, 1) : ANY;
    case 'abs':
      return between(one.whole, hasZero(one) ? 0 : Math.abs(one.least), Math.abs(one.least), Math.abs(one.most));
    case 'min':
    case 'max':
      return args.length === 0 ? ANY : args.reduce(either);
    default:
      if (one.whole) return one;
      return Number.isFinite(one.least) && Number.isFinite(one.most)
        ? between(true, Math.floor(one.least), Math.ceil(one.most))
        : ANY;
  }
}
