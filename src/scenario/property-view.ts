/** Judges a property at one moment. What the machine looks like at that moment comes through PropertyView. */
import type { Comparison } from './comparison.ts';
import { errnoValues } from './constants.ts';
import { printTerm } from './print-property.ts';
import type { NumberFunction, Property, PropertyTree, TaskPart, Term, TextFunction } from './property.ts';

/** Tasks and shared words by their names in the program. undefined means: there is no such task now. */
export interface PropertyView {
  sharedWord(name: string): number | undefined;
  /** The pid that the task's name stands for; 0 before it was started. */
  taskPid(task: string): number | undefined;
  shares(task: string, part: TaskPart, other: string): boolean | undefined;
  askText(ask: TextFunction, task: string): string | undefined;
  askNumber(ask: NumberFunction, task: string): number | undefined;
}

/** Does the property hold? Only a certain "no" is a violation: what asks about a task that is not there, holds. */
export function propertyHolds(property: Property, view: PropertyView): boolean {
  return judge(property.tree, view) !== false;
}

/** True, false, or undefined when it depends on a task that is not there (Kleene's three values). */
export function judge(tree: PropertyTree, view: PropertyView): boolean | undefined {
  switch (tree.kind) {
    case 'or':
    case 'and': {
      const decisive = tree.kind === 'or';
      const left = judge(tree.left, view);
      if (left === decisive) return decisive;
      const right = judge(tree.right, view);
      if (right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
    case 'not': {
      const inner = judge(tree.inner, view);
      return inner === undefined ? undefined : !inner;
    }
    case 'shares':
      return view.shares(tree.task, tree.part, tree.other);
    case 'compare': {
      const left = termValue(tree.left, view);
      const right = termValue(tree.right, view);
      return left === undefined || right === undefined ? undefined : compare(left, tree.comparison, right);
    }
  }
}

/** For a report, what every part of a property was: `getcwd(parent) is "/a", parent shares fs with child: no`. */
export function explainProperty(tree: PropertyTree, view: PropertyView): string {
  return [...new Set(explanations(tree, view))].join(', ');
}

function* explanations(tree: PropertyTree, view: PropertyView): Generator<string> {
  if (tree.kind === 'not') yield* explanations(tree.inner, view);
  else if (tree.kind === 'shares') {
    const answer = judge(tree, view);
    const word = answer === undefined ? 'no such task' : answer ? 'yes' : 'no';
    yield `${tree.task} shares ${tree.part} with ${tree.other}: ${word}`;
  } else if (tree.kind === 'compare') {
    for (const term of [tree.left, tree.right]) {
      if (term.kind === 'number' || term.kind === 'text') continue;
      const value = termValue(term, view);
      yield `${printTerm(term)} is ${value === undefined ? 'unknown' : JSON.stringify(value)}`;
    }
  } else {
    yield* explanations(tree.left, view);
    yield* explanations(tree.right, view);
  }
}

function termValue(term: Term, view: PropertyView): number | string | undefined {
  switch (term.kind) {
    case 'number':
    case 'text':
      return term.value;
    case 'ask-text':
      return view.askText(term.ask, term.task);
    case 'ask-number':
      return view.askNumber(term.ask, term.task);
    case 'name':
      return errnoValues.get(term.name) ?? view.taskPid(term.name) ?? view.sharedWord(term.name);
  }
}

function compare<T extends number | string>(left: T, comparison: Comparison, right: T): boolean {
  switch (comparison) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
