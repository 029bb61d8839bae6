/** What `tasklock/bus` offers, for messages and checks of modules: parameters, and whether a function gives a value. */
import { accesses, type BusCall, composites } from './access.ts';
import { callOf } from './access-calls.ts';

export interface BusFunction {
  readonly parameters: readonly string[];
  /** Parameters that may be left out, at the end. */
  readonly optional: number;
  readonly givesValue: boolean;
}

export const BUS_MODULE = 'tasklock/bus';

/** The rows of what it offers. */
export const offered: readonly BusCall[] = [...accesses.filter(({ does }) => does !== undefined), ...composites];

export const busFunctions: ReadonlyMap<string, BusFunction> = new Map(
  offered.map((row) => {
    const { name, parameters, optional } = callOf(row);
    return [name, { parameters, optional, givesValue: row.gives === true }];
  }),
);

/** Numbers that it exports. */
export const busConstants: ReadonlySet<string> = new Set(['RW_LOCK_BIAS']);

/** Every name of it, as one line. */
export function busNames(): string {
  return [...busFunctions.keys(), ...busConstants].join(', ');
}
