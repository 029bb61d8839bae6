/** What cut functions and whole ones of a unit have alike: tables of constants, turns that are counted, what is not compiled. */
import { CONSTANTS, CONSTANTS_END, TURNS } from '../../stepped/inside/places.ts';
import { MOST_TURNS } from '../../stepped/stops.ts';
import type { Constant } from '../form/value.ts';
import type { Body } from './body.ts';
import { I32, op } from './opcodes.ts';
import type { CutScope, Scope } from './scope.ts';
import { test, word } from './values.ts';

export interface Common {
  /** Where each table of constants lies. */
  readonly tables: ReadonlyMap<string, number>;
  /** Whether turns are counted. */
  readonly turns: boolean;
}

/** Places for the tables of a unit; undefined when they do not fit. */
export function placeTables(constants: readonly Constant[]): ReadonlyMap<string, number> | undefined {
  const places = new Map<string, number>();
  let at = CONSTANTS;
  for (const { name, value } of constants) {
    if (typeof value === 'number') continue;
    places.set(name, at);
    at += 4 * value.length;
  }
  return at > CONSTANTS_END ? undefined : places;
}

export function countTurn(body: Body, stop: () => void): void {
  const turns = body.take(I32);
  body.i32(0);
  body.word(op.i32_load, TURNS);
  body.i32(1);
  body.op(op.i32_add);
  body.set(turns);
  body.i32(0);
  body.get(turns);
  body.word(op.i32_store, TURNS);
  body.get(turns);
  body.i32(MOST_TURNS);
  body.op(op.i32_gt_s);
  body.if();
  stop();
  body.end();
  body.release(I32, turns);
}

/** `stop` ends the code where it stands. */
export function common(
  { tables, turns }: Common,
  scope: () => Scope,
  stop: () => void,
): Pick<CutScope, 'constant' | 'turn' | 'external' | 'stop'> {
  return {
    stop,
    turn: () => {
      if (turns) countTurn(scope().body, stop);
    },
    constant: (table, index) => {
      const { body } = scope();
      const at = body.take(I32);
      word(index, scope());
      body.tee(at);
      body.i32((table.value as readonly number[]).length);
      body.op(op.i32_ge_u);
      body.if();
      stop();
      body.end();
      body.get(at);
      body.i32(2);
      body.op(op.i32_shl);
      body.word(op.i32_load, tables.get(table.name) as number);
      body.release(I32, at);
    },
    external: ({ callee, args: [condition] }) => {
      const { body } = scope();
      if (callee.kind === 'external' && callee.name === 'assert' && condition !== undefined) {
        test(condition, scope());
        body.op(op.i32_eqz);
        body.if();
        stop();
        body.end();
      } else stop();
      body.i32(0);
    },
  };
}
