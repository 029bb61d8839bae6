/** What the parts of the checker share. */
import type { Node } from 'oxc-parser';
import type { Names } from '../source/scope.ts';
import type { Rule } from './rules.ts';

export interface Check {
  readonly names: Names;
  /** Kernel code, or a user's module, which may also say boolean and leave types out. */
  readonly dialect: Dialect;
  /** Notes a violation at the start of the node; `message` in place of the rule's own. */
  refuse(node: Node, rule: Rule, message?: string): void;
}

export type Dialect = 'kernel' | 'module';

/** The one constant of a module that holds functions. */
export const CPUS = 'cpus';
