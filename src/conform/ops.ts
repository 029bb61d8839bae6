/** Each operation of a recorded program as system calls; the answer in the recordings' own notation. */
import { CLONE_NEWNS, F_GETFD, MS_BIND, SIGSET_BYTES, WNOHANG } from '../kernel/abi.ts';
import { BUFFER_STAT, BUFFER_STATUS, BUFFER_TEXT } from '../kernel/isa.ts';
import {
  NR_access,
  NR_chdir,
  NR_close,
  NR_dup,
  NR_exit,
  NR_fcntl,
  NR_getcwd,
  NR_getppid,
  NR_kill,
  NR_lseek,
  NR_mkdir,
  NR_mount,
  NR_open,
  NR_rt_sigaction,
  NR_stat,
  NR_umask,
  NR_umount2,
  NR_wait4,
} from '../kernel/syscall-numbers.ts';
import { type ProfileName, profiles } from '../kernel/profiles.ts';
import { privateWord } from './conductor.ts';
import type { Family } from './family.ts';
import { errorName } from '../scenario/constants.ts';
import type { Operation } from './operations.ts';
import { dispositionName, dispositionOf, flagBits } from './names.ts';
import type { RecordedOp } from './recording-types.ts';

/** What an operation answered: a value or an error name, and the exit code of a collected child. */
export interface Answer {
  readonly r?: string | number | undefined;
  readonly e?: string | undefined;
  readonly code?: number | undefined;
}

/** Where struct sigaction lies in user memory: {handler, flags, restorer, mask}. */
const ACTION = BUFFER_STAT + 32;
const octal = (value: number): string => value.toString(8).padStart(4, '0');

const answer = (result: number, show: (value: number) => string | number = (value) => value): Answer => {
  const error = errorName(result);
  return error === undefined ? { r: show(result) } : { e: error };
};

function wait(family: Family, op: RecordedOp): Answer {
  const pid = op.target === 'any' ? -1 : pidOf(family, op.target);
  const found = family.call(op.t, NR_wait4, pid, BUFFER_STATUS, WNOHANG);
  if (found <= 0) return answer(found);
  return { r: family.nameOf(found), code: family.conductor.exitCode(family.address(op.t)) };
}

function pidOf(family: Family, target: unknown): number {
  if (target === 'init') return 1;
  const pid = typeof target === 'string' ? family.pids[Number(target.slice(1))] : undefined;
  if (pid === undefined) throw new Error(`no task "${String(target)}" in this program`);
  return pid;
}

function stat(family: Family, op: RecordedOp): Answer {
  const result = family.call(op.t, NR_stat, String(op.path), BUFFER_STAT);
  const mode = (): string => octal(family.conductor.getWord(family.address(op.t), BUFFER_STAT) & 0o7777);
  return answer(result, mode);
}

function getcwd(family: Family, op: RecordedOp): Answer {
  const result = family.call(op.t, NR_getcwd, BUFFER_TEXT, 128);
  return answer(result, () => family.conductor.getText(family.address(op.t), BUFFER_TEXT));
}

function sigaction(family: Family, op: RecordedOp): Answer {
  let act = 0;
  if (op.op === 'sigset') {
    act = ACTION + 32;
    family.conductor.putWords(family.address(op.t), act, [dispositionOf(String(op.disp)), 0, 0, 0]);
  }
  const result = family.call(op.t, NR_rt_sigaction, Number(op.sig), act, ACTION, SIGSET_BYTES);
  return answer(result, () => dispositionName(family.conductor.getWord(family.address(op.t), ACTION)));
}

type Runner = (family: Family, op: RecordedOp, profile: ProfileName) => Answer;

const runners: Readonly<Record<Operation, Runner>> = {
  clone: (f, op) => answer(f.clone(op.t, flagBits(String(op.flags))), (task) => `T${task}`),
  unshare: (f, op, profile) => {
    const result = f.call(op.t, profiles[profile].unshare, flagBits(String(op.flags)));
    f.giveUndoList(op.t);
    return answer(result);
  },
  exit: (f, op) => {
    f.call(op.t, NR_exit, Number(op.code));
    return {};
  },
  wait,
  getppid: (f, op) => answer(f.call(op.t, NR_getppid), (pid) => f.nameOf(pid)),
  kill: (f, op) => answer(f.call(op.t, NR_kill, pidOf(f, op.target), 0)),
  mkdir: (f, op) => answer(f.call(op.t, NR_mkdir, String(op.path), 0o777)),
  stat,
  chdir: (f, op) => answer(f.call(op.t, NR_chdir, String(op.path))),
  getcwd,
  umask: (f, op) => answer(f.call(op.t, NR_umask, Number.parseInt(String(op.mask), 8)), octal),
  open: (f, op) => answer(f.call(op.t, NR_open, '/f', 0)),
  close: (f, op) => answer(f.call(op.t, NR_close, Number(op.fd))),
  dup: (f, op) => answer(f.call(op.t, NR_dup, Number(op.fd))),
  fdget: (f, op) => answer(f.call(op.t, NR_fcntl, Number(op.fd), F_GETFD)),
  lseek: (f, op) => answer(f.call(op.t, NR_lseek, Number(op.fd), 1, 1)),
  sigset: sigaction,
  sigget: sigaction,
  mset: (f, op) => {
    f.conductor.putWords(f.address(op.t), privateWord(Number(op.w)), [Number(op.v)]);
    return { r: 0 };
  },
  mget: (f, op) => ({ r: f.conductor.getWord(f.address(op.t), privateWord(Number(op.w))) }),
  tmpfs: (f, op) => answer(f.call(op.t, NR_mount, 0, String(op.path), 'tmpfs', 0, 0)),
  bind: (f, op) => answer(f.call(op.t, NR_mount, String(op.src), String(op.path), 0, MS_BIND, 0)),
  umount: (f, op) => answer(f.call(op.t, NR_umount2, String(op.path), 0)),
  exists: (f, op) => answer(f.call(op.t, NR_access, String(op.path), 0)),
  semadd: (f, op) => answer(f.semadd(op.t, Number(op.n))),
  semget: (f, op) => answer(f.semget(op.t)),
};

/** Carries out one operation. */
export function runOp(family: Family, op: RecordedOp, profile: ProfileName): Answer {
  return runners[op.op](family, op, profile);
}

/** The flags init clones a program's first task with: a namespace of its own. */
export const PROGRAM_START = CLONE_NEWNS;
