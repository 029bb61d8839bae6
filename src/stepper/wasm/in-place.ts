/**
 * Calls that are written in place: what the function does stands where it is called. WebAssembly of Node 20 calls whatever is
 * called, and puts all that the caller holds away before; that costs as much as many of these functions themselves.
 */
import { valuesIn } from '../form/walk.ts';
import type { Whole } from '../form/code.ts';
import type { Value } from '../form/value.ts';
import { I32 } from './opcodes.ts';
import type { Scope } from './scope.ts';
import { statements } from './statements.ts';
import { word } from './values.ts';

/**
 * Names of functions whose calls are written in place: those of fewer than so many values, larger ones that one place alone calls;
 * none that can come to call itself, and none that is `kept`.
 */
export function namesInPlace(whole: readonly Whole[], kept: readonly string[], values: number): readonly string[] {
  const called = new Map(whole.map((one) => [one.routine.name, calledBy(one)]));
  const calls = [...called.values()].flat();
  const fits = (one: Whole): boolean =>
    [...valuesIn(one.body)].length < values || calls.filter((name) => name === one.routine.name).length === 1;
  const chosen = whole.filter(
    (one) => !kept.includes(one.routine.name) && fits(one) && !reaches(one.routine.name, called),
  );
  return chosen.map(({ routine }) => routine.name);
}

function calledBy({ body }: Whole): readonly string[] {
  return [...valuesIn(body)].flatMap((one) =>
    one.kind === 'call' && one.callee.kind === 'routine' ? [one.callee.name] : [],
  );
}

/** Whether a function may come to call itself. */
function reaches(name: string, called: ReadonlyMap<string, readonly string[]>): boolean {
  const found = new Set(called.get(name));
  for (const one of found) for (const next of called.get(one) ?? []) found.add(next);
  return found.has(name);
}

/** Writes calls of the functions of these names in place (Scope). Throws TypeError for the name of none. */
export function inPlaceOf(whole: readonly Whole[], names: readonly string[]): NonNullable<Scope['inPlace']> {
  const placed = new Map(names.map((name) => [name, whole.find(({ routine }) => routine.name === name)]));
  for (const [name, one] of placed) if (one === undefined) throw new TypeError(`there is no function ${name}`);
  return (routine, args, scope) => {
    const one = placed.get(routine.name);
    if (one !== undefined) write(one, args, scope);
    return one !== undefined;
  };
}

/** Its value is on the stack afterwards. */
function write({ parameters, locals, body: code }: Whole, args: readonly Value[], scope: Scope): void {
  const { body } = scope;
  for (const one of args) word(one, scope);
  const own = Array.from({ length: locals }, () => body.take(I32));
  const given = own.slice(0, parameters);
  for (const local of given.toReversed()) body.set(local);
  // A call begins with all others at 0, the second one too.
  for (const local of own.slice(parameters)) {
    body.i32(0);
    body.set(local);
  }
  const leaves = body.block(I32);
  statements(code, {
    ...scope,
    read: (local) => body.get(own[local] as number),
    write: (local) => body.set(own[local] as number),
    isArea: () => false,
    leaves,
  });
  body.i32(0);
  body.end();
  for (const local of own) body.release(I32, local);
}
