/** Names that recordings use for flags, errors, signals and dispositions, and the numbers behind them. */
import * as abi from '../kernel/abi.ts';
import { errorName } from '../report/error-names.ts';

const cloneFlags: Readonly<Record<string, number>> = {
  VM: abi.CLONE_VM,
  FS: abi.CLONE_FS,
  FILES: abi.CLONE_FILES,
  SIGHAND: abi.CLONE_SIGHAND,
  THREAD: abi.CLONE_THREAD,
  SYSVSEM: abi.CLONE_SYSVSEM,
  NEWNS: abi.CLONE_NEWNS,
  PARENT: abi.CLONE_PARENT,
  PTRACE: abi.CLONE_PTRACE,
  VFORK: abi.CLONE_VFORK,
  DETACHED: abi.CLONE_DETACHED,
  UNTRACED: abi.CLONE_UNTRACED,
  SETTLS: abi.CLONE_SETTLS,
  PARENT_SETTID: abi.CLONE_PARENT_SETTID,
  CHILD_CLEARTID: abi.CLONE_CHILD_CLEARTID,
  CHILD_SETTID: abi.CLONE_CHILD_SETTID,
  NEWTIME: abi.CLONE_NEWTIME,
  NEWCGROUP: abi.CLONE_NEWCGROUP,
  NEWUTS: abi.CLONE_NEWUTS,
  NEWIPC: abi.CLONE_NEWIPC,
  NEWUSER: abi.CLONE_NEWUSER,
  NEWPID: abi.CLONE_NEWPID,
  NEWNET: abi.CLONE_NEWNET,
};

/** The bits behind `VM|FS` or a list of names; hexadecimal for what has no name. Throws for an unknown name. */
export function flagBits(flags: string | readonly string[]): number {
  const names = typeof flags === 'string' ? flags.split('|').filter((name) => name !== '') : flags;
  return names.reduce((bits, name) => {
    const bit = name.startsWith('0x') ? Number(name) : cloneFlags[name];
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
