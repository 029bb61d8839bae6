/** Names that recordings use for flags, errors, signals and dispositions, and the numbers behind them. */
import * as abi from '../kernel/abi.ts';
import { cloneFlags, errorName } from '../scenario/constants.ts';

const known: Readonly<Record<string, number>> = cloneFlags;

const HEXADECIMAL = /^0x[0-9a-f]{1,8}$/i;

function bitOf(name: string): number | undefined {
  if (HEXADECIMAL.test(name)) return Number(name);
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** True for what flagBits knows. */
export const isFlag = (name: string): boolean => bitOf(name) !== undefined;

/** The bits behind `VM|FS` or a list of names; hexadecimal for what has no name. Throws for an unknown name. */
export function flagBits(flags: string | readonly string[]): number {
  const names = typeof flags === 'string' ? flags.split('|').filter((name) => name !== '') : flags;
  return names.reduce((bits, name) => {
    const bit = bitOf(name);
    if (bit === undefined) throw new Error(`unknown flag "${name}"`);
    return bits | bit;
  }, 0);
}

/** `OK`, or the name of the error. */
export const outcome = (result: number): string => errorName(result) ?? 'OK';

const dispositions: Readonly<Record<string, number>> = {
  DFL: abi.SIG_DFL,
  IGN: abi.SIG_IGN,
  H1: 0x1001,
  H2: 0x1002,
};

/** The handler of a name; -1 for one that is none. */
export function dispositionOf(name: string): number {
  return Object.hasOwn(dispositions, name) ? (dispositions[name] ?? -1) : -1;
}

export function dispositionName(handler: number): string {
  return Object.keys(dispositions).find((name) => dispositions[name] === handler) ?? `handler ${handler}`;
}
