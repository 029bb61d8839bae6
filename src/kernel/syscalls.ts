/** The system call table: which function serves which number, with its arguments out of the registers. */
import { load, smp_mb, store } from '../machine/bus.ts';
import { CLONE_VFORK, CLONE_VM, ENOSYS, SIGCHLD } from './abi.ts';
import { sys_chmod, sys_chown } from './attr.ts';
import { current } from './context.ts';
import { sys_link, sys_mkdir } from './create.ts';
import { sys_execve } from './exec.ts';
import { do_exit, do_group_exit } from './exit.ts';
import { sys_dup, sys_dup2, sys_fcntl, sys_lseek, sys_open } from './file-calls.ts';
import { sys_close } from './descriptors.ts';
import { do_fork } from './fork.ts';
import { sys_access, sys_chdir, sys_getcwd, sys_stat, sys_umask } from './fs-calls.ts';
import { sys_futex } from './futex.ts';
import { kernel, pt_regs, task_struct } from './layout.ts';
import { sys_mount } from './mount-calls.ts';
import { sys_getpgid, sys_getsid, sys_setpgid, sys_setsid } from './pgrp-calls.ts';
import { sys_readlink } from './proc-links.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_2_6_16, PROFILE_LINUX_6 } from './profiles.ts';
import { sys_read, sys_write } from './read-write.ts';
import { sys_rmdir, sys_unlink } from './remove.ts';
import { sys_chroot, sys_pivot_root } from './root-calls.ts';
import { yield_cpu } from './sched.ts';
import { sys_ipc } from './sem.ts';
import { signal_call } from './signal-calls.ts';
import {
  NOT_HERE,
  NR_access,
  NR_chdir,
  NR_chmod,
  NR_chown,
  NR_chroot,
  NR_clone,
  NR_close,
  NR_dup,
  NR_dup2,
  NR_execve,
  NR_exit,
  NR_exit_group,
  NR_fcntl,
  NR_fork,
  NR_futex,
  NR_getcwd,
  NR_getpgid,
  NR_getpgrp,
  NR_getpid,
  NR_getppid,
  NR_getsid,
  NR_gettid,
  NR_getuid,
  NR_getxattr,
  NR_ipc,
  NR_link,
  NR_lseek,
  NR_mkdir,
  NR_mount,
  NR_open,
  NR_pivot_root,
  NR_read,
  NR_readlink,
  NR_rmdir,
  NR_sched_yield,
  NR_set_tid_address,
  NR_setpgid,
  NR_setsid,
  NR_setuid,
  NR_setxattr,
  NR_stat,
  NR_umask,
  NR_swapoff,
  NR_swapon,
  NR_umount2,
  NR_unlink,
  NR_unshare,
  NR_unshare_desai,
  NR_vfork,
  NR_wait4,
  NR_waitid,
  NR_waitpid,
  NR_write,
} from './syscall-numbers.ts';
import { sys_swapoff, sys_swapon } from './swap.ts';
import { sys_umount2 } from './umount.ts';
import { sys_unshare_desai_2005 } from './unshare-desai-2005.ts';
import { sys_unshare_linux_2_6_16 } from './unshare-linux-2.6.16.ts';
import { sys_unshare_linux_6 } from './unshare-linux-6.ts';
import { sys_setuid } from './user.ts';
import { sys_wait4, sys_waitid } from './wait.ts';
import { sys_getxattr, sys_setxattr } from './xattr.ts';

/**
 * Thread group of the parent, without a lock: read again until the parent stayed the same meanwhile, because it may
 * exit and even be freed in between.
 */
function sys_getppid(): number {
  const leader = load(current() + task_struct.group_leader);
  let parent = load(leader + task_struct.real_parent);
  for (;;) {
    const tgid = load(parent + task_struct.tgid);
    smp_mb();
    const again = load(leader + task_struct.real_parent);
    if (again === parent) return tgid;
    parent = again;
  }
}

/** The calls that are about processes, signals and timers. NOT_HERE when the number is none of them. */
function process_call(nr: number, regs: number): number {
  const ebx = load(regs + pt_regs.ebx);
  const ecx = load(regs + pt_regs.ecx);
  const edx = load(regs + pt_regs.edx);
  switch (nr) {
    case NR_exit:
      do_exit((ebx & 0xff) << 8);
      return 0;
    case NR_exit_group:
      do_group_exit((ebx & 0xff) << 8);
      return 0;
    case NR_fork:
      return do_fork(SIGCHLD, 0, 0);
    case NR_vfork:
      return do_fork(CLONE_VFORK | CLONE_VM | SIGCHLD, 0, 0);
    case NR_clone:
      return do_fork(ebx, edx, load(regs + pt_regs.edi));
    case NR_waitpid:
    case NR_wait4:
      return sys_wait4(ebx, ecx, edx);
    case NR_waitid:
      return sys_waitid(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_execve:
      return sys_execve();
    case NR_getpid:
      return load(current() + task_struct.tgid);
    case NR_gettid:
      return load(current() + task_struct.pid);
    case NR_getppid:
      return sys_getppid();
    case NR_setpgid:
      return sys_setpgid(ebx, ecx);
    case NR_getpgid:
      return sys_getpgid(ebx);
    case NR_getpgrp:
      return sys_getpgid(0);
    case NR_setsid:
      return sys_setsid();
    case NR_getsid:
      return sys_getsid(ebx);
    case NR_set_tid_address:
      store(current() + task_struct.clear_child_tid, ebx);
      return load(current() + task_struct.pid);
    case NR_getuid:
      return load(current() + task_struct.uid);
    case NR_setuid:
      return sys_setuid(ebx);
    case NR_sched_yield:
      yield_cpu(current());
      return 0;
    case NR_futex:
      return sys_futex(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_ipc:
      return sys_ipc(ebx, ecx, edx, load(regs + pt_regs.esi), load(regs + pt_regs.edi));
    default:
      return signal_call(nr, ebx, ecx, edx, regs);
  }
}

/** The calls that are about files and names. -ENOSYS when the number is none of them. */
function file_call(nr: number, regs: number): number {
  const ebx = load(regs + pt_regs.ebx);
  const ecx = load(regs + pt_regs.ecx);
  const edx = load(regs + pt_regs.edx);
  switch (nr) {
    case NR_read:
      return sys_read(ebx, ecx, edx);
    case NR_write:
      return sys_write(ebx, ecx, edx);
    case NR_open:
      return sys_open(ebx, ecx, edx);
    case NR_close:
      return sys_close(ebx);
    case NR_chdir:
      return sys_chdir(ebx);
    case NR_lseek:
      return sys_lseek(ebx, ecx, edx);
    case NR_mount:
      return sys_mount(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_umount2:
      return sys_umount2(ebx, ecx);
    case NR_swapon:
      return sys_swapon(ebx, ecx);
    case NR_swapoff:
      return sys_swapoff(ebx);
    case NR_access:
      return sys_access(ebx, ecx);
    case NR_mkdir:
      return sys_mkdir(ebx, ecx);
    case NR_link:
      return sys_link(ebx, ecx);
    case NR_unlink:
      return sys_unlink(ebx);
    case NR_rmdir:
      return sys_rmdir(ebx);
    case NR_dup:
      return sys_dup(ebx);
    case NR_dup2:
      return sys_dup2(ebx, ecx);
    case NR_fcntl:
      return sys_fcntl(ebx, ecx, edx);
    case NR_umask:
      return sys_umask(ebx);
    case NR_readlink:
      return sys_readlink(ebx, ecx, edx);
    case NR_chmod:
      return sys_chmod(ebx, ecx);
    case NR_chown:
      return sys_chown(ebx, ecx, edx);
    case NR_setxattr:
      return sys_setxattr(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_getxattr:
      return sys_getxattr(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_stat:
      return sys_stat(ebx, ecx);
    case NR_getcwd:
      return sys_getcwd(ebx, ecx);
    case NR_chroot:
      return sys_chroot(ebx);
    case NR_pivot_root:
      return sys_pivot_root(ebx, ecx);
    default:
      return -ENOSYS;
  }
}

/** unshare in the form of the profile, which also decides its number. -ENOSYS when the number is not unshare's. */
function unshare_call(nr: number, regs: number): number {
  const flags = load(regs + pt_regs.ebx);
  const profile = load(kernel.profile);
  if (nr === NR_unshare_desai && profile === PROFILE_DESAI_2005) return sys_unshare_desai_2005(flags);
  if (nr === NR_unshare && profile === PROFILE_LINUX_2_6_16) return sys_unshare_linux_2_6_16(flags);
  if (nr === NR_unshare && profile === PROFILE_LINUX_6) return sys_unshare_linux_6(flags);
  return -ENOSYS;
}

/** Serves one call; -ENOSYS for numbers the table does not have. */
export function sys_call_table(nr: number, regs: number): number {
  if (nr === NR_unshare || nr === NR_unshare_desai) return unshare_call(nr, regs);
  const result = process_call(nr, regs);
  return result === NOT_HERE ? file_call(nr, regs) : result;
}
