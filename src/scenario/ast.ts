/** A program as data. The parser and the builder both make this shape; the printer and the assembler read it. */
import { PROFILE_DESAI_2005, PROFILE_LINUX_2_6_16, PROFILE_LINUX_6 } from '../kernel/abi.ts';
import type { Property } from './property.ts';

/** The number in kernel.profile by the name that programs use. */
export const profileNumbers = {
  'desai-2005': PROFILE_DESAI_2005,
  'linux-2.6.16': PROFILE_LINUX_2_6_16,
  'linux-6': PROFILE_LINUX_6,
} as const;
export type ProfileName = keyof typeof profileNumbers;

export const DEFAULT_PROFILE: ProfileName = 'linux-2.6.16';
export const DEFAULT_CPUS = 2;

/** A place in the text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A name and where it stands. */
export interface Reference {
  name: string;
  at: Position;
}

export interface Program {
  /** Name of the file, as messages show it. */
  file: string;
  source: string;
  profile: ProfileName;
  cpus: number;
  shared: Reference[];
  tasks: Task[];
  always: Property[];
}

export interface Task {
  name: string;
  /** The task becomes this user before its first statement; without it, it stays who its parent is. */
  uid?: number;
  body: Statement[];
  at: Position;
}

/** What a call or a comparison is given. Numbers are signed 32-bit. */
export type Operand =
  | { kind: 'number'; value: number; at: Position }
  | { kind: 'name'; name: string; at: Position }
  | { kind: 'text'; value: string; at: Position }
  | { kind: 'flags'; parts: (string | number)[]; at: Position };

/** Where a result goes: a register or shared word by name, or a word of private memory. */
export type Target = { kind: 'name'; name: string; at: Position } | { kind: 'memory'; index: number; at: Position };

export type Operator = '+' | '&' | '>>';

/** The right side of an assignment. A subtraction is an addition of the negative number. */
export type Expression =
  | Operand
  | { kind: 'memory'; index: number; at: Position }
  | { kind: 'binary'; operator: Operator; left: Operand; right: Operand; at: Position };

export const comparisons = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Comparison = (typeof comparisons)[number];

export interface Condition {
  left: Operand;
  comparison: Comparison;
  right: Operand;
}

export interface CallStatement {
  kind: 'call';
  targets: Target[];
  call: string;
  /** As given: left-out operands have the defaults of the table of calls. */
  operands: Operand[];
  /** The task after "->". */
  child?: Reference;
  at: Position;
}

export type Statement =
  | CallStatement
  | { kind: 'assign'; target: Target; value: Expression; at: Position }
  | { kind: 'expect'; condition: Condition; at: Position }
  | { kind: 'if'; condition: Condition; body: Statement[]; otherwise: Statement[]; at: Position }
  | { kind: 'while'; condition: Condition; body: Statement[]; at: Position }
  /** Without a count: until the machine winds down. */
  | { kind: 'repeat'; count?: Operand; body: Statement[]; at: Position }
  | { kind: 'barrier'; word: Reference; count: number; at: Position };

/** The blocks inside a statement, in text order. */
export function blocksOf(statement: Statement): Statement[][] {
  if (statement.kind === 'if') return [statement.body, statement.otherwise];
  return statement.kind === 'while' || statement.kind === 'repeat' ? [statement.body] : [];
}

/** Every statement of a block and of the blocks inside it, in text order. */
export function* everyStatement(body: readonly Statement[]): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    for (const block of blocksOf(statement)) yield* everyStatement(block);
  }
}
