/** A program as data. The parser and the builder both make this shape; the printer and the assembler read it. */
import type { ProfileName } from '../kernel/profiles.ts';
import type { Comparison } from './comparison.ts';
import type { Position, Reference } from './position.ts';
import type { Property } from './property.ts';

export const DEFAULT_CPUS = 2;

export interface Program {
  /** Name of the file, as messages show it. */
  file: string;
  source: string;
  profile: ProfileName;
  cpus: number;
  shared: Reference[];
  tasks: Task[];
  always: Property[];
  polydirs: Polydir[];
}

/**
 * A directory of which each user has an instance of his own: the one in `instances` that the method names. What that asks
 * for is looked at by check/polydirs/polydirs.ts.
 */
export interface Polydir {
  readonly directory: string;
  readonly instances: string;
  readonly method: PolydirMethod;
}

/**
 * What tells instances apart: the user's number, that behind the level of his security context, or behind all of it. The
 * methods of pam_namespace.
 */
export type PolydirMethod = (typeof polydirMethods)[number];
export const polydirMethods = ['user', 'level', 'context'] as const;

export interface Task {
  name: string;
  /** The task becomes this user before its first statement; without it, it stays who its parent is. */
  uid?: number;
  /** It runs when a signal comes that was given it by sigaction, in whichever task that meets; nobody starts it. */
  handler?: true;
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
export type Assignable = { kind: 'name'; name: string; at: Position } | { kind: 'memory'; index: number; at: Position };

export type Operator = '+' | '&' | '>>';

/** The right side of an assignment. A subtraction is an addition of the negative number. */
export type Expression =
  | Operand
  | { kind: 'memory'; index: number; at: Position }
  | { kind: 'binary'; operator: Operator; left: Operand; right: Operand; at: Position };

export interface Condition {
  left: Operand;
  comparison: Comparison;
  right: Operand;
}

export interface CallStatement {
  kind: 'call';
  results: Assignable[];
  call: string;
  /** As given: left-out operands have the defaults of the table of calls. */
  operands: Operand[];
  /** The task after "->". */
  child?: Reference;
  at: Position;
}

export type Statement =
  | CallStatement
  | { kind: 'assign'; to: Assignable; value: Expression; at: Position }
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
