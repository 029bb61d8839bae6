/** The i386 system call numbers that this kernel knows, by name. unshare moved: 300 in the patch, 310 as merged. */
export const NR_restart_syscall = 0;
export const NR_exit = 1;
export const NR_fork = 2;
export const NR_read = 3;
export const NR_write = 4;
export const NR_open = 5;
export const NR_close = 6;
export const NR_waitpid = 7;
export const NR_link = 9;
export const NR_unlink = 10;
export const NR_execve = 11;
export const NR_chdir = 12;
export const NR_chmod = 15;
export const NR_lseek = 19;
export const NR_getpid = 20;
export const NR_mount = 21;
export const NR_setuid = 23;
export const NR_getuid = 24;
export const NR_ptrace = 26;
export const NR_alarm = 27;
export const NR_pause = 29;
export const NR_access = 33;
export const NR_kill = 37;
export const NR_mkdir = 39;
export const NR_rmdir = 40;
export const NR_dup = 41;
export const NR_umount2 = 52;
export const NR_fcntl = 55;
export const NR_setpgid = 57;
export const NR_umask = 60;
export const NR_chroot = 61;
export const NR_dup2 = 63;
export const NR_getppid = 64;
export const NR_getpgrp = 65;
export const NR_setsid = 66;
export const NR_sigaction = 67;
export const NR_readlink = 85;
export const NR_swapon = 87;
export const NR_setitimer = 104;
export const NR_stat = 106;
export const NR_wait4 = 114;
export const NR_swapoff = 115;
export const NR_ipc = 117;
export const NR_sigreturn = 119;
export const NR_clone = 120;
export const NR_sigprocmask = 126;
export const NR_getpgid = 132;
export const NR_getsid = 147;
export const NR_sched_yield = 158;
export const NR_nanosleep = 162;
export const NR_rt_sigaction = 174;
export const NR_rt_sigprocmask = 175;
export const NR_rt_sigpending = 176;
export const NR_rt_sigqueueinfo = 178;
export const NR_rt_sigsuspend = 179;
export const NR_chown = 182;
export const NR_getcwd = 183;
export const NR_vfork = 190;
export const NR_pivot_root = 217;
export const NR_gettid = 224;
export const NR_setxattr = 226;
export const NR_getxattr = 229;
export const NR_tkill = 238;
export const NR_futex = 240;
export const NR_exit_group = 252;
export const NR_set_tid_address = 258;
export const NR_timer_create = 259;
export const NR_timer_settime = 260;
export const NR_timer_gettime = 261;
export const NR_timer_getoverrun = 262;
export const NR_timer_delete = 263;
export const NR_tgkill = 270;
export const NR_waitid = 284;
export const NR_unshare_desai = 300;
export const NR_unshare = 310;

/** What a part of the table answers that does not have a number; no call answers so. */
export const NOT_HERE = 0x7fffffff;

/** Name by number, for reports. */
export const syscallNames: Readonly<Record<number, string>> = {
  0: 'other',
  [NR_exit]: 'exit',
  [NR_fork]: 'fork',
  [NR_read]: 'read',
  [NR_write]: 'write',
  [NR_open]: 'open',
  [NR_close]: 'close',
  [NR_waitpid]: 'waitpid',
  [NR_link]: 'link',
  [NR_unlink]: 'unlink',
  [NR_execve]: 'execve',
  [NR_chdir]: 'chdir',
  [NR_chmod]: 'chmod',
  [NR_lseek]: 'lseek',
  [NR_getpid]: 'getpid',
  [NR_mount]: 'mount',
  [NR_setuid]: 'setuid',
  [NR_getuid]: 'getuid',
  [NR_alarm]: 'alarm',
  [NR_ptrace]: 'ptrace',
  [NR_pause]: 'pause',
  [NR_access]: 'access',
  [NR_kill]: 'kill',
  [NR_mkdir]: 'mkdir',
  [NR_rmdir]: 'rmdir',
  [NR_dup]: 'dup',
  [NR_umount2]: 'umount2',
  [NR_fcntl]: 'fcntl',
  [NR_setpgid]: 'setpgid',
  [NR_umask]: 'umask',
  [NR_chroot]: 'chroot',
  [NR_dup2]: 'dup2',
  [NR_getppid]: 'getppid',
  [NR_getpgrp]: 'getpgrp',
  [NR_setsid]: 'setsid',
  [NR_sigaction]: 'sigaction',
  [NR_readlink]: 'readlink',
  [NR_swapon]: 'swapon',
  [NR_setitimer]: 'setitimer',
  [NR_stat]: 'stat',
  [NR_wait4]: 'wait4',
  [NR_swapoff]: 'swapoff',
  [NR_ipc]: 'ipc',
  [NR_sigreturn]: 'sigreturn',
  [NR_clone]: 'clone',
  [NR_sigprocmask]: 'sigprocmask',
  [NR_getpgid]: 'getpgid',
  [NR_getsid]: 'getsid',
  [NR_sched_yield]: 'sched_yield',
  [NR_nanosleep]: 'nanosleep',
  [NR_rt_sigaction]: 'rt_sigaction',
  [NR_rt_sigprocmask]: 'rt_sigprocmask',
  [NR_rt_sigpending]: 'rt_sigpending',
  [NR_rt_sigqueueinfo]: 'rt_sigqueueinfo',
  [NR_rt_sigsuspend]: 'rt_sigsuspend',
  [NR_chown]: 'chown',
  [NR_getcwd]: 'getcwd',
  [NR_vfork]: 'vfork',
  [NR_pivot_root]: 'pivot_root',
  [NR_gettid]: 'gettid',
  [NR_setxattr]: 'setxattr',
  [NR_getxattr]: 'getxattr',
  [NR_tkill]: 'tkill',
  [NR_futex]: 'futex',
  [NR_exit_group]: 'exit_group',
  [NR_set_tid_address]: 'set_tid_address',
  [NR_timer_create]: 'timer_create',
  [NR_timer_settime]: 'timer_settime',
  [NR_timer_gettime]: 'timer_gettime',
  [NR_timer_getoverrun]: 'timer_getoverrun',
  [NR_timer_delete]: 'timer_delete',
  [NR_tgkill]: 'tgkill',
  [NR_waitid]: 'waitid',
  [NR_unshare_desai]: 'unshare',
  [NR_unshare]: 'unshare',
};
