/** The functions of the table of accesses, by module and name, as in `arch-spin.js#arch_spin_lock`. */
import { type Access, accesses, type BusCall } from './access.ts';

/** A call of the table taken apart. */
export interface Call {
  /** The same function may be in several modules; of what the machine itself puts there it is in none. */
  readonly keys: readonly string[];
  readonly name: string;
  readonly parameters: readonly string[];
  /** Parameters that may be left out, at the end. */
  readonly optional: number;
}

export function callOf({ call }: BusCall): Call {
  const [modules = '', signature = ''] = call.includes('#') ? call.split('#') : ['bus', call];
  const [name = '', list = ''] = signature.slice(0, -1).split('(');
  const parameters = list === '' ? [] : list.split(', ');
  const keys = modules === '' ? [] : modules.split(' ').map((module) => `${module}.js#${name}`);
  const optional = parameters.filter((one) => one.endsWith('?')).length;
  return { keys, name, parameters: parameters.map((one) => one.replace(/['?]/g, '')), optional };
}

const kindsByKey = (rows: readonly Access[]): ReadonlyMap<string, number> =>
  new Map(rows.flatMap((row) => callOf(row).keys.map((key) => [key, row.kind] as const)));

/** Functions that are a step. */
export const primitives = kindsByKey(accesses.filter(({ time }) => time === undefined));
/**
 * Nothing happens there: nobody is parked, and a loop that spins is seen as such without help. They are compiled to
 * nothing, or to steps that take time.
 */
export const pauses = kindsByKey(accesses.filter(({ time }) => time !== undefined));

/** What an access is called. */
const names = new Map(accesses.map((row) => [row.kind, callOf(row).name]));
export const nameOf = (kind: number): string => names.get(kind) ?? '?';

/** The address of the running CPU's block: a register, read without a step. */
export const THIS_CPU = 'bus.js#this_cpu';
