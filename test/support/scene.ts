/** A machine with something of everything: a thread group, sharers, a zombie, mounts, an open file, an undo list. */
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
} from '../../dist/src/kernel/abi.js';
import { IPC_NOWAIT, SEM_UNDO, SEMGET, SEMOP } from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { NR_ipc, NR_mount, NR_open, NR_setuid } from '../../dist/src/kernel/syscall-numbers.js';
import type { Lab } from './lab.ts';

export interface Scene {
  /** In a namespace of its own, with /a mounted, /f open as descriptor 0, and an undo list. */
  readonly leader: number;
  /** Of the leader's group, sharing its fs part. */
  readonly thread: number;
  /** Shares the leader's fs part and files. */
  readonly child: number;
  readonly zombie: number;
  /** A child of init, uid 1000. */
  readonly user: number;
}

/** Resets the machine and plays the scene. */
export function playScene(lab: Lab): Scene {
  lab.reset();
  const leader = lab.clone(CLONE_NEWNS);
  const thread = lab.clone(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FS, leader);
  const child = lab.clone(CLONE_FS | CLONE_FILES, leader);
  const zombie = lab.clone(0, leader);
  const user = lab.clone();
  lab.call(user, NR_setuid, 1000);
  lab.call(leader, NR_open, '/f', 0);
  lab.call(leader, NR_mount, 0, '/a', 'tmpfs', 0, 0);
  const semid = lab.call(leader, NR_ipc, SEMGET, 0, 2, 0, 0);
  lab.putWords(leader, BUFFER_STAT, [1 << 16, SEM_UNDO | IPC_NOWAIT]);
  lab.call(leader, NR_ipc, SEMOP, semid, 1, 0, BUFFER_STAT);
  lab.exit(zombie, 3);
  return { leader, thread, child, zombie, user };
}
