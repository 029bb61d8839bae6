/** waitid: whom it is about, which news it tells, and the siginfo by which it tells them. */
import { describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STATUS } from '../../dist/src/kernel/isa.js';
import { NR_kill, NR_setpgid, NR_waitid } from '../../dist/src/kernel/syscall-numbers.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { Lab } from '../support/lab.ts';

const { P_ALL, P_PGID, P_PID, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WUNTRACED } = abi;
const { ECHILD, EFAULT, EINVAL, SIGCHLD, SIGCONT, SIGKILL, SIGSTOP } = abi;

describe.each(profileNames)('%s', (profile) => {
  const start = () => {
    const lab = new Lab(profile);
    const mother = lab.clone();
    const child = lab.clone(0, mother);
    const pid = lab.pid(child);
    const waitid = (which: number, id: number, options: number, at = BUFFER_STATUS): number =>
      lab.call(mother, NR_waitid, which, id, at, options);
    /** signo, code, pid, status. */
    const told = (): number[] => [0, 8, 12, 20].map((at) => lab.getWord(mother, BUFFER_STATUS + at));
    return { lab, mother, child, pid, waitid, told };
  };

  test('who died, by exit or by a signal, and WNOWAIT leaves it there', () => {
    const { lab, mother, child, pid, waitid, told } = start();
    expect([waitid(P_PID, pid, WEXITED | WNOHANG), ...told()]).toEqual([0, 0, 0, 0, 0]);
    lab.exit(child, 7);
    for (const options of [WEXITED | WNOWAIT, WEXITED]) {
      expect([waitid(P_PID, pid, options), ...told()]).toEqual([0, SIGCHLD, abi.CLD_EXITED, pid, 7]);
    }
    expect(waitid(P_PID, pid, WEXITED)).toBe(-ECHILD);
    const other = lab.clone(0, mother);
    lab.call(mother, NR_kill, lab.pid(other), SIGKILL);
    const killed = lab.pid(other);
    lab.takeSignals(other);
    expect([waitid(P_ALL, 0, WEXITED), ...told()]).toEqual([0, SIGCHLD, abi.CLD_KILLED, killed, SIGKILL]);
    expect(lab.wrong()).toEqual([]);
  });

  test('stops and their end are told when they are asked for, the dead when they are', () => {
    const { lab, mother, child, pid, waitid, told } = start();
    lab.call(mother, NR_kill, pid, SIGSTOP);
    lab.takeSignals(child);
    expect([waitid(P_ALL, 0, WEXITED | WNOHANG), told()[0]]).toEqual([0, 0]);
    const stop = profile === 'linux-6' ? SIGSTOP : (SIGSTOP << 8) | 0x7f;
    expect([waitid(P_ALL, 0, WUNTRACED | WNOWAIT), ...told()]).toEqual([0, SIGCHLD, abi.CLD_STOPPED, pid, stop]);
    expect([waitid(P_ALL, 0, WUNTRACED), ...told()]).toEqual([0, SIGCHLD, abi.CLD_STOPPED, pid, SIGSTOP]);
    expect([waitid(P_ALL, 0, WUNTRACED | WNOHANG), told()[0]]).toEqual([0, 0]);
    lab.call(mother, NR_kill, pid, SIGCONT);
    for (const options of [WCONTINUED | WNOWAIT, WCONTINUED]) {
      expect([waitid(P_ALL, 0, options), ...told()]).toEqual([0, SIGCHLD, abi.CLD_CONTINUED, pid, SIGCONT]);
    }
    lab.takeSignals(child);
    lab.exit(child);
    expect([waitid(P_ALL, 0, WUNTRACED | WNOHANG), told()[0]]).toEqual([0, 0]);
    expect(waitid(P_ALL, 0, WEXITED)).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });

  test('a process group', () => {
    const { lab, mother, child, pid, waitid, told } = start();
    expect(lab.call(mother, NR_setpgid, pid, pid)).toBe(0);
    lab.exit(child);
    expect(waitid(P_PGID, lab.pid(mother), WEXITED)).toBe(-ECHILD);
    expect(waitid(P_PGID, 0, WEXITED)).toBe(profile === 'linux-6' ? -ECHILD : -EINVAL);
    expect([waitid(P_PGID, pid, WEXITED), told()[2]]).toEqual([0, pid]);
  });

  test('what is refused, and a siginfo that is not there', () => {
    const { lab, child, pid, waitid } = start();
    const refused = [
      waitid(P_ALL, 0, WNOHANG),
      waitid(P_ALL, 0, WEXITED | 0x10),
      waitid(P_PID, 0, WEXITED),
      waitid(P_PGID, -1, WEXITED),
      waitid(3, pid, WEXITED),
    ];
    expect(refused).toEqual(Array.from(refused, () => -EINVAL));
    expect(waitid(P_ALL, 0, WEXITED | WNOHANG | abi.WALL)).toBe(profile === 'linux-6' ? 0 : -EINVAL);
    lab.exit(child);
    expect(waitid(P_PID, pid, WEXITED | WNOWAIT, 8)).toBe(-EFAULT);
    expect(waitid(P_PID, pid, WEXITED, 0)).toBe(profile === 'linux-6' ? 0 : pid);
    expect(lab.wrong()).toEqual([]);
  });
});
