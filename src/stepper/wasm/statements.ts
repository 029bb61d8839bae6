/** Statements that stay whole, as instructions. */
import type { Effect, Label, Loop, Statement, Switch } from '../form/code.ts';
import type { Value } from '../form/value.ts';
import type { Target } from './body.ts';
import { branchWhen, either } from './branch.ts';
import { I32, op } from './opcodes.ts';
import { isWord, rangeOf } from './range.ts';
import type { CutScope, Scope } from './scope.ts';
import { effect, word } from './values.ts';

/** Where break and continue go: of the innermost, and by label. */
interface Exits {
  readonly breaks: Target | undefined;
  readonly continues: Target | undefined;
  readonly byLabel: ReadonlyMap<Label, { readonly breaks: Target; readonly continues: Target | undefined }>;
}

const OUTSIDE: Exits = { breaks: undefined, continues: undefined, byLabel: new Map() };

export function statements(list: readonly Statement[], scope: Scope, exits: Exits = OUTSIDE): void {
  for (const one of list) statement(one, scope, exits);
}

function statement(one: Statement, scope: Scope, exits: Exits): void {
  const { body } = scope;
  switch (one.kind) {
    case 'set':
    case 'do':
      return perform(one, scope);
    case 'if':
      return either(
        one.test,
        scope,
        () => statements(one.yes, scope, exits),
        one.no.length > 0 ? () => statements(one.no, scope, exits) : undefined,
      );
    case 'loop':
      return loop(one, scope, exits);
    case 'switch':
      return choose(one, scope, exits);
    case 'labelled': {
      const breaks = body.block();
      statements(one.body, scope, {
        ...exits,
        byLabel: new Map([...exits.byLabel, [one.label, { breaks, continues: undefined }]]),
      });
      return body.end();
    }
    case 'break':
    case 'continue':
      return jump(one, scope, exits);
    case 'goto':
      return cutOf(scope, one).goto(one.to);
    case 'clear':
      return cutOf(scope, one).clear(one.array, one.words);
    case 'turn':
      return cutOf(scope, one).turn();
    case 'return':
      if (scope.cut !== undefined) return scope.cut.leave(one.value);
      if (one.value === undefined) body.i32(0);
      else word(one.value, scope);
      return scope.leaves === undefined ? body.op(op.return) : body.branch(scope.leaves);
    case 'fault':
      return scope.cut?.stop === undefined ? fault(one, scope) : scope.cut.stop();
  }
}

function cutOf({ cut }: Scope, { kind }: Statement): CutScope {
  if (cut === undefined) throw new TypeError(`${kind} has no place in code that is not cut`);
  return cut;
}

function perform(one: Effect, scope: Scope): void {
  if (one.kind === 'do') return effect(one.value, scope);
  word(one.value, scope);
  scope.write(one.local);
}

function jump({ kind, label }: Statement & { kind: 'break' | 'continue' }, { body }: Scope, exits: Exits): void {
  const around = label === undefined ? exits : exits.byLabel.get(label);
  const to = kind === 'break' ? around?.breaks : around?.continues;
  if (to === undefined) throw new TypeError(`a ${kind} leads out of code that is not cut`);
  body.branch(to);
}

/** The class of fault and its texts are the host's; it does not come back. */
function fault({ fault: external, args, line }: Statement & { kind: 'fault' }, scope: Scope): void {
  const { body, links } = scope;
  const given = args.filter((one) => one.kind !== 'text');
  for (const one of given) word(one, scope);
  const texts = args.map((one) => (one.kind === 'text' ? one.text : null));
  body.mark(line);
  body.call(links.host({ kind: 'external', external, texts, throws: true }, given.length));
  body.op(op.unreachable);
}

function loop({ labels, test: condition, testsLast, update, body: inside }: Loop, scope: Scope, exits: Exits): void {
  const { body } = scope;
  const breaks = body.block();
  const again = body.loop();
  if (condition !== undefined && !testsLast) branchWhen(condition, false, breaks, scope);
  const continues = body.block();
  const byLabel = new Map([...exits.byLabel, ...labels.map((label) => [label, { breaks, continues }] as const)]);
  statements(inside, scope, { breaks, continues, byLabel });
  body.end();
  for (const one of update) perform(one, scope);
  if (testsLast && condition !== undefined) branchWhen(condition, true, again, scope);
  else body.branch(again);
  body.end();
  body.end();
}

/** How many places a table of a switch may have for each of its cases. */
const SPARSE = 8;

/**
 * A block for each case around the ones before it: the code of a case stands behind the end of its block, and runs into
 * the next.
 */
function choose({ value, cases }: Switch, scope: Scope, exits: Exits): void {
  const { body } = scope;
  const breaks = body.block();
  const targets = cases.map(() => body.block()).toReversed();
  const fallback = cases.findIndex((one) => one.test === undefined);
  const otherwise = fallback < 0 ? breaks : (targets[fallback] as Target);
  const numbers = cases.map((one) => numberOf(one.test));
  if (
    isWord(rangeOf(value)) &&
    isDense(numbers.filter((one) => one !== undefined)) &&
    numbers.every((one, i) => one !== undefined || i === fallback)
  ) {
    table(value, numbers, targets, otherwise, scope);
  } else inTurn({ kind: 'switch', value, cases }, targets, otherwise, scope);
  cases.forEach((one) => {
    body.end();
    statements(one.body, scope, { ...exits, breaks });
  });
  body.end();
}

function numberOf(value: Value | undefined): number | undefined {
  if (value === undefined) return undefined;
  const { least, most, whole } = rangeOf(value);
  return whole && least === most ? least : undefined;
}

function isDense(numbers: readonly number[]): boolean {
  if (numbers.length < 4) return false;
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  return least >= -0x8000_0000 && most <= 0x7fff_ffff && most - least < SPARSE * numbers.length;
}

function table(
  value: Value,
  numbers: readonly (number | undefined)[],
  targets: readonly Target[],
  otherwise: Target,
  scope: Scope,
): void {
  const { body } = scope;
  const known = numbers.filter((one) => one !== undefined);
  const least = Math.min(...known);
  const places = Array.from({ length: Math.max(...known) - least + 1 }, (_, i) => {
    const at = numbers.indexOf(least + i);
    return at < 0 ? otherwise : (targets[at] as Target);
  });
  word(value, scope);
  body.i32(least);
  body.op(op.i32_sub);
  body.branchTable(places, otherwise);
}

function inTurn({ value, cases }: Switch, targets: readonly Target[], otherwise: Target, scope: Scope): void {
  const { body } = scope;
  if (!isWord(rangeOf(value))) throw new TypeError('a switch over what is no word');
  const held = body.take(I32);
  word(value, scope);
  body.set(held);
  cases.forEach((one, i) => {
    if (one.test === undefined) return;
    if (!isWord(rangeOf(one.test))) throw new TypeError('a case that is no word');
    body.get(held);
    word(one.test, scope);
    body.op(op.i32_eq);
    body.branchIf(targets[i] as Target);
  });
  body.release(I32, held);
  body.branch(otherwise);
}
