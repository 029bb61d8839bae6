/** Names that recordings use for flags, errors, signals and dispositions, and the numbers behind them. */
import * as abi from '../kernel/abi.ts';
import { cloneFlags, errorName } from '../scenario/constants.ts';

const known: Readonly<Record<string, number>> = cloneFlags;

/** The bits behind `VM|FS` or a list of names; hexadecimal for what has no name. Throws for an unknown name. */
export function flagBits(flags: string | readonly string[]): number {
  const names = typeof flags === 'string' ? flags.split('|').filter((name) => name !== '') : flags;
  return names.reduce((bits, name) => {
    const bit = name.startsWith('0x') ? Number(name) : known[name];
    if (bit === undefined || Number.isNaN(bit)) throw new Error(`unknown flag "${name}"`);
    return bits | bit;
  }, 0);
}

/** `OK`, or the name of the error. */
export const outcome = (result: number): string => errorName(result) ?? 'OK';

export const dispositions: Readonly<Record<string, number>> = {
  DFL: abi.SIG_DFL,
  IGN: abi.SIG_IGN,
  H1: 0x1001,
  H2: 0x1002,
};

export function dispositionName(handler: number): string {
  return Object.keys(dispositions).find((name) => dispositions[name] === handler) ?? `handler ${handler}`;
}
