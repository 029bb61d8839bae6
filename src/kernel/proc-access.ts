/** Who may look at whom through /proc. The numbers are as of some moment. */
import { load } from '../machine/bus.ts';
import { CAP_DAC_OVERRIDE, CAP_SYS_PTRACE } from './abi.ts';
import { capable, current } from './context.ts';
import { kernel, task_struct } from './layout.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';

/** 1 when the current task passes as the owner of another's inodes in /proc, which are its effective user's. */
export function owns_proc_inode(tsk: number): number {
  return load(current() + task_struct.euid) === load(tsk + task_struct.euid) || capable(CAP_DAC_OVERRIDE) ? 1 : 0;
}

/** 1 when the current task may trace another, by the rule of linux-6; all are dumpable. */
export function ptrace_may_access(tsk: number): number {
  if (load(tsk + task_struct.tgid) === load(current() + task_struct.tgid) || capable(CAP_SYS_PTRACE)) return 1;
  const euid = load(current() + task_struct.euid);
  const uid = load(tsk + task_struct.uid);
  return euid === uid && uid === load(tsk + task_struct.euid) && uid === load(tsk + task_struct.suid) ? 1 : 0;
}

/** 1 when the current task may follow the links of another: as the owner, on linux-6 as one who may trace it. */
export function proc_link_allowed(tsk: number): number {
  return load(kernel.profile) === PROFILE_LINUX_6 ? ptrace_may_access(tsk) : owns_proc_inode(tsk);
}
