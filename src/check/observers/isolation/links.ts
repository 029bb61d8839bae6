/**
 * F8: who follows a link of /proc/PID has the rights of who may trace it, by a rule of our own: he is the same user, at one
 * of two moments at least, or has a capability.
 */
import { CAP_DAC_OVERRIDE, CAP_SYS_PTRACE } from '../../../kernel/abi.ts';
import { cpu_data, cpuDataAddress, task_struct } from '../../../kernel/layout.ts';
import { PATH_MAX } from '../../../machine/limits.ts';
import type { RamView } from '../../evidence/view.ts';

const LINK = /^\/proc\/(\d+)\/(cwd|root|fd)/;

/** Every user by the number of his task. */
export type Users = ReadonlyMap<number, number>;

export function usersOf(view: RamView): Users {
  const users = new Map<number, number>();
  for (const task of view.tasks()) {
    users.set(view.word(task + task_struct.pid), view.word(task + task_struct.euid));
  }
  return users;
}

/** What is wrong with a link that a task has just followed on a CPU; `before` are the users when the call began. */
export function linkBreach(view: RamView, cpu: number, task: number, before: Users): string | undefined {
  const path = view.text(cpuDataAddress(cpu) + cpu_data.path, PATH_MAX);
  const pid = Number(LINK.exec(path)?.[1] ?? Number.NaN);
  const may = view.word(task + task_struct.cap_effective) & (CAP_DAC_OVERRIDE | CAP_SYS_PTRACE);
  if (Number.isNaN(pid) || may !== 0) return undefined;
  const user = view.word(task + task_struct.euid);
  const owners = [before.get(pid), usersOf(view).get(pid)].filter((one) => one !== undefined);
  if (owners.length === 0 || owners.includes(user)) return undefined;
  return `user ${user} was told where ${path} leads, of a process of user ${owners.join(', then ')}`;
}
