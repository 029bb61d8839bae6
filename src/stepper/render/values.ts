/** JavaScript text of values. Whatever is made of parts stands in brackets inside something else. */
import { LINE } from '../../stepped/frames.ts';
import { type Call, isTruth, type Local, type Value } from '../form/value.ts';
import { quoted } from '../source/spelling.ts';
import { TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';
import { frame, header } from './words.ts';

/** The function around a value. */
export interface Scope {
  /** Words of the frame that hold locals; the other locals are variables. */
  readonly homes: ReadonlyMap<Local, number>;
  /** Whether the function has a frame to leave. */
  readonly framed: boolean;
}

/** Name of a local that is a variable. */
export const variable = (local: Local): string => `$s${local}`;

export function localText(local: Local, { homes }: Scope): string {
  const word = homes.get(local);
  return word === undefined ? variable(local) : frame(word);
}

export function valueText(value: Value, scope: Scope): string {
  switch (value.kind) {
    case 'number':
      return String(value.value);
    case 'text':
      return quoted(value.text);
    case 'constant':
      return value.constant.name;
    case 'imported':
      return value.variable.name;
    case 'local':
      return localText(value.local, scope);
    case 'result':
      return '$v';
    case 'area':
      return '$area';
    case 'unary':
      return `${value.operator}${operandText(value.operand, scope, isCompoundOrSigned)}`;
    case 'binary':
      return binaryText(value, scope);
    case 'logical':
      return `${operandText(value.left, scope)} ${value.operator} ${operandText(value.right, scope)}`;
    case 'choice': {
      const [test, yes, no] = [value.test, value.yes, value.no].map((one) => operandText(one, scope));
      return `${test} ? ${yes} : ${no}`;
    }
    case 'assign':
      return `${localText(value.local, scope)} = ${wordText(value.value, scope)}`;
    case 'word':
      return scratchText(value, scope);
    case 'put':
      return `${scratchText(value, scope)} = ${wordText(value.value, scope)}`;
    case 'sequence':
      // In brackets wherever it stands: behind a = or between arguments its commas would be somebody else's.
      return `(${value.values.map((one) => operandText(one, scope)).join(', ')})`;
    case 'element':
      return `${TABLE_ELEMENT}(${value.table.name}, ${valueText(value.index, scope)})`;
    case 'length':
      return `${TABLE_LENGTH}(${value.table.name})`;
    case 'math':
      return `Math.${value.name}(${argumentsText(value.args, scope)})`;
    case 'call':
      return callText(value, scope);
  }
}

/** The value as a part of another. */
export function operandText(value: Value, scope: Scope, inBrackets: (value: Value) => boolean = isCompound): string {
  const text = valueText(value, scope);
  return inBrackets(value) ? `(${text})` : text;
}

const isCompound = ({ kind }: Value): boolean => /^(?:binary|logical|choice|assign|put)$/.test(kind);

const isCompoundOrSigned = (value: Value): boolean =>
  isCompound(value) || value.kind === 'unary' || (value.kind === 'number' && value.value < 0);

/** The word of a frame that an index means, which is held against how many there are. */
function scratchText({ array, words, index }: Value & { kind: 'word' | 'put' }, scope: Scope): string {
  return frame(`${scope.homes.get(array)} + $in(${valueText(index, scope)}, ${words})`);
}

/** A comparison gives a boolean here, and no boolean is the same as a number. */
function binaryText({ operator, left, right }: Value & { kind: 'binary' }, scope: Scope): string {
  const side = (one: Value): string =>
    /^[=!]==$/.test(operator) && isTruth(one) ? `+(${valueText(one, scope)})` : operandText(one, scope);
  return `${side(left)} ${operator} ${side(right)}`;
}

/** The value cut to 32 bits, as a word of the frame cuts what it is given. */
export function wordText(value: Value, scope: Scope): string {
  return isWord(value) ? valueText(value, scope) : `${operandText(value, scope)} | 0`;
}

/** True for what is a 32-bit number with sign, however it came about. */
function isWord(value: Value): boolean {
  switch (value.kind) {
    case 'local':
    case 'result':
    case 'area':
    case 'word':
      return true;
    case 'number':
      return value.value === (value.value | 0);
    case 'unary':
      return value.operator === '~';
    case 'binary':
      return /^(?:[&|^]|<<|>>)$/.test(value.operator);
    default:
      return false;
  }
}

function argumentsText(args: readonly Value[], scope: Scope): string {
  return args.map((one) => valueText(one, scope)).join(', ');
}

function callText({ callee, args, line }: Call, scope: Scope): string {
  const name = callee.kind === 'tracepoint' ? `$hooks.${callee.name}` : callee.name;
  const text = `${name}(${argumentsText(args, scope)})`;
  return line === undefined ? text : `(${header(LINE)} = ${line}, ${text})`;
}
