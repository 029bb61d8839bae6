/** Numbers of the i386 interface of 2005: flags, errors, signals, states. From the headers of 2.6.14. */

export const CSIGNAL = 0xff;
export const CLONE_VM = 0x100;
export const CLONE_FS = 0x200;
export const CLONE_FILES = 0x400;
export const CLONE_SIGHAND = 0x800;
export const CLONE_PTRACE = 0x2000;
export const CLONE_VFORK = 0x4000;
export const CLONE_PARENT = 0x8000;
export const CLONE_THREAD = 0x10000;
export const CLONE_NEWNS = 0x20000;
export const CLONE_SYSVSEM = 0x40000;
export const CLONE_SETTLS = 0x80000;
export const CLONE_PARENT_SETTID = 0x100000;
export const CLONE_CHILD_CLEARTID = 0x200000;
export const CLONE_DETACHED = 0x400000;
export const CLONE_UNTRACED = 0x800000;
export const CLONE_CHILD_SETTID = 0x1000000;
export const CLONE_STOPPED = 0x2000000;
/** Later kernels; the first shares its bit with CLONE_STOPPED. */
export const CLONE_NEWTIME = 0x80;
export const CLONE_NEWCGROUP = 0x2000000;
export const CLONE_NEWUTS = 0x4000000;
export const CLONE_NEWIPC = 0x8000000;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;

export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const EBADF = 9;
export const ECHILD = 10;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const EEXIST = 17;
export const EXDEV = 18;
export const ENODEV = 19;
export const ENOTDIR = 20;
export const EISDIR = 21;
export const EINVAL = 22;
export const EMFILE = 24;
export const EIO = 5;
export const EFBIG = 27;
export const ENOSPC = 28;
export const ESPIPE = 29;
export const ERANGE = 34;
export const ENAMETOOLONG = 36;
export const ENOSYS = 38;
export const ENOTEMPTY = 39;
export const ELOOP = 40;
export const EIDRM = 43;
export const EOPNOTSUPP = 95;
export const ETIMEDOUT = 110;
/** Never seen by user mode: the call runs again when the task wakes. */
export const ERESTARTSYS = 512;
/** Never seen by user mode: always restart, whatever the handler. */
export const ERESTARTNOINTR = 513;
/** Never seen by user mode: EINTR when a handler ran, else again. */
export const ERESTARTNOHAND = 514;
/** Never seen by user mode: EINTR when a handler ran, else restart_syscall goes on with what is left of the time. */
export const ERESTART_RESTARTBLOCK = 516;
/** Not Linux's, whose calls keep a stack: the call sleeps, and any signal ends it with EINTR, handled or not. */
export const ENORESTART = 520;

/**
 * task_struct.restart: no sleep; slept in a call that runs again; slept, and a handler asks for EINTR; is in a wait that
 * no signal ends, so that signals wait until the call is over; slept in a call that any handler ends (pause, sigsuspend);
 * a handler ran, but what the call slept for had come; slept in a call that any signal ends (futex, semop), and one came;
 * no call at all, but dumps core and sleeps until the others have come, or exits and sleeps until the dump is over; slept for
 * a time, of which restart_syscall knows; slept for a time, and it was over, or what was left could not be stored.
 */
export const RESTART_NONE = 0;
export const RESTART_SLEPT = 1;
export const RESTART_INTERRUPTED = 2;
export const RESTART_UNINTERRUPTIBLE = 3;
export const RESTART_NOHAND = 4;
export const RESTART_WOKEN = 5;
export const RESTART_ONCE = 6;
export const RESTART_SIGNALLED = 7;
export const RESTART_DUMPING = 8;
export const RESTART_EXITING = 9;
export const RESTART_BLOCK = 10;
export const RESTART_TIMEDOUT = 11;
export const RESTART_FAULTED = 12;

/** task_struct.timeout_kind: what the task sleeps in for a time. */
export const TIMEOUT_NONE = 0;
export const TIMEOUT_NANOSLEEP = 1;
export const TIMEOUT_FUTEX = 2;

/** task_struct.state */
export const TASK_RUNNING = 0;
export const TASK_INTERRUPTIBLE = 1;
export const TASK_UNINTERRUPTIBLE = 2;
export const TASK_STOPPED = 4;
/** Stopped at a signal, until the tracer lets it go on. */
export const TASK_TRACED = 8;
/** Later kernels: a sleep that a kill ends, and no other signal. */
export const TASK_WAKEKILL = 128;
export const TASK_KILLABLE: number = TASK_UNINTERRUPTIBLE | TASK_WAKEKILL;
/** Will never run again; waits for the next task on its CPU to drop it. */
export const TASK_DEAD = 64;
/** task_struct.exec_stage: nothing done; the other threads are killed; they are released, but for the leader. */
export const EXEC_BEGUN = 0;
export const EXEC_KILLED = 1;
export const EXEC_ALONE = 2;
/** signal_struct.notify_count of an exec that waits for its leader to become a zombie. */
export const EXEC_WAITS_FOR_LEADER: number = -1;
/** task_struct.exit_state */
export const EXIT_ZOMBIE = 16;
export const EXIT_DEAD = 32;
/** linux-6: claimed by its tracer, who gives it back to its real parent. */
export const EXIT_TRACE = 48;

/** task_struct.flags */
export const PF_STARTING = 0x2;
export const PF_EXITING = 0x4;
export const PF_DEAD = 0x8;
export const PF_FORKNOEXEC = 0x40;
export const PF_SUPERPRIV = 0x100;
export const PF_SIGNALED = 0x400;
/** linux-6: too late to be part of a core dump. */
export const PF_POSTCOREDUMP = 0x8000;
export const PF_SWAPOFF = 0x80000;

/** task_struct.ptrace: it is traced; by one who is not its parent and attached to it. */
export const PT_PTRACED = 1;
export const PT_ATTACHED = 4;

/** First argument of ptrace. */
export const PTRACE_TRACEME = 0;
export const PTRACE_CONT = 7;
export const PTRACE_KILL = 8;
export const PTRACE_ATTACH = 16;
export const PTRACE_DETACH = 17;

/** signal_struct.flags: all threads stopped; a stop signal was taken out and may yet be cancelled; woken by SIGCONT. */
export const SIGNAL_STOP_STOPPED = 1;
export const SIGNAL_STOP_DEQUEUED = 2;
export const SIGNAL_STOP_CONTINUED = 4;
export const SIGNAL_GROUP_EXIT = 8;

export const SIGHUP = 1;
export const SIGQUIT = 3;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGWINCH = 28;
export const SIGRTMIN = 32;
export const NSIG = 64;
/** Bytes of a set of signals. */
export const SIGSET_BYTES = 8;

/** First argument of sigprocmask. */
export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

export const SIG_DFL = 0;
export const SIG_IGN = 1;
export const SA_NOCLDSTOP = 0x1;
export const SA_NOCLDWAIT = 0x2;
export const SA_RESTART = 0x10000000;
export const SA_NODEFER = 0x40000000;
export const SA_RESETHAND = 0x80000000 | 0;

/** The hash a number is looked up in. */
export const PIDTYPE_PID = 0;
export const PIDTYPE_TGID = 1;
export const PIDTYPE_PGID = 2;
export const PIDTYPE_SID = 3;

/** Capabilities, as bits of cap_effective. */
export const CAP_CHOWN = 1 << 0;
export const CAP_DAC_OVERRIDE = 1 << 1;
export const CAP_DAC_READ_SEARCH = 1 << 2;
export const CAP_FOWNER = 1 << 3;
export const CAP_FSETID = 1 << 4;
export const CAP_KILL = 1 << 5;
export const CAP_SETUID = 1 << 7;
export const CAP_SYS_CHROOT = 1 << 18;
export const CAP_SYS_PTRACE = 1 << 19;
export const CAP_SYS_ADMIN = 1 << 21;
export const CAP_SYS_RESOURCE = 1 << 24;
export const CAP_FULL = -1;

export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WCONTINUED = 8;
/** waitid alone: tell of the dead, which wait4 always does; leave what is told of as it is. */
export const WEXITED = 4;
export const WNOWAIT = 0x1000000;
/** Not of the interface: the wait fills a siginfo; it tells of a stop for a tracer. */
export const WINFO = 0x2000000;
export const WTRAPPED = 0x4000000;
export const WNOTHREAD = 0x20000000;
export const WALL = 0x40000000;
export const WCLONE = 0x80000000 | 0;

/** First argument of waitid. */
export const P_ALL = 0;
export const P_PID = 1;
export const P_PGID = 2;

/** si_code of SIGCHLD. */
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_TRAPPED = 4;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;

export const MS_BIND = 4096;
export const MS_MOVE = 8192;
export const MS_REC = 16384;
export const MNT_FORCE = 1;
export const MNT_DETACH = 2;
export const MNT_EXPIRE = 4;
export const UMOUNT_NOFOLLOW = 8;

export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFMT = 0o170000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;
export const S_IXUGO = 0o111;
export const S_IXGRP = 0o10;
/** inode.i_flags */
export const S_DEAD = 16;
/** All permission bits. */
export const S_IALLUGO = 0o7777;

export const IPC_NOWAIT = 0o4000;
export const SEM_UNDO = 0x1000;
/** First argument of ipc(2). */
export const SEMOP = 1;
export const SEMGET = 2;
export const SEMCTL = 3;
export const GETVAL = 12;
export const SETVAL = 16;
export const IPC_RMID = 0;

export const ITIMER_REAL = 0;
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
/** How a timer tells that it is due (sigevent): by a signal to its process, not at all, by a signal to one thread. */
export const SIGEV_SIGNAL = 0;
export const SIGEV_NONE = 1;
export const SIGEV_THREAD_ID = 4;
/** sigqueue.flags */
export const SIGQUEUE_PREALLOC = 1;

export const FUTEX_WAIT = 0;
export const FUTEX_WAKE = 1;

export const O_ACCMODE = 3;
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;

export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;

/** Page table entry bits. */
export const PTE_PRESENT = 1;
export const PTE_WRITE = 2;
/** vm_flags */
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_SHARED = 8;

/** Flags of swapon. */
export const SWAP_FLAGS_VALID = 0x7ffff;
