/** Names that stand for numbers in a program: flags, signals, errors. Values come from the kernel's own header. */
import * as abi from '../kernel/abi.ts';

export const cloneFlags = {
  VM: abi.CLONE_VM,
  FS: abi.CLONE_FS,
  FILES: abi.CLONE_FILES,
  SIGHAND: abi.CLONE_SIGHAND,
  PTRACE: abi.CLONE_PTRACE,
  VFORK: abi.CLONE_VFORK,
  PARENT: abi.CLONE_PARENT,
  THREAD: abi.CLONE_THREAD,
  NEWNS: abi.CLONE_NEWNS,
  SYSVSEM: abi.CLONE_SYSVSEM,
  SETTLS: abi.CLONE_SETTLS,
  PARENT_SETTID: abi.CLONE_PARENT_SETTID,
  CHILD_CLEARTID: abi.CLONE_CHILD_CLEARTID,
  DETACHED: abi.CLONE_DETACHED,
  UNTRACED: abi.CLONE_UNTRACED,
  CHILD_SETTID: abi.CLONE_CHILD_SETTID,
  STOPPED: abi.CLONE_STOPPED,
  NEWTIME: abi.CLONE_NEWTIME,
  NEWCGROUP: abi.CLONE_NEWCGROUP,
  NEWUTS: abi.CLONE_NEWUTS,
  NEWIPC: abi.CLONE_NEWIPC,
  NEWUSER: abi.CLONE_NEWUSER,
  NEWPID: abi.CLONE_NEWPID,
  NEWNET: abi.CLONE_NEWNET,
} as const;

export const signals = {
  HUP: abi.SIGHUP,
  QUIT: abi.SIGQUIT,
  TRAP: abi.SIGTRAP,
  ABRT: abi.SIGABRT,
  KILL: abi.SIGKILL,
  USR1: abi.SIGUSR1,
  SEGV: abi.SIGSEGV,
  USR2: abi.SIGUSR2,
  ALRM: abi.SIGALRM,
  TERM: abi.SIGTERM,
  CHLD: abi.SIGCHLD,
  CONT: abi.SIGCONT,
  STOP: abi.SIGSTOP,
  TSTP: abi.SIGTSTP,
  TTIN: abi.SIGTTIN,
  TTOU: abi.SIGTTOU,
  URG: abi.SIGURG,
  WINCH: abi.SIGWINCH,
} as const;

export const ptraceRequests = {
  TRACEME: abi.PTRACE_TRACEME,
  CONT: abi.PTRACE_CONT,
  KILL: abi.PTRACE_KILL,
  ATTACH: abi.PTRACE_ATTACH,
  DETACH: abi.PTRACE_DETACH,
} as const;

export const maskChanges = { BLOCK: abi.SIG_BLOCK, UNBLOCK: abi.SIG_UNBLOCK, SETMASK: abi.SIG_SETMASK } as const;
export const actionFlags = {
  RESTART: abi.SA_RESTART,
  RESETHAND: abi.SA_RESETHAND,
  NOCLDSTOP: abi.SA_NOCLDSTOP,
  NOCLDWAIT: abi.SA_NOCLDWAIT,
  NODEFER: abi.SA_NODEFER,
} as const;

export const waitOptions = {
  WNOHANG: abi.WNOHANG,
  WUNTRACED: abi.WUNTRACED,
  WCONTINUED: abi.WCONTINUED,
  WNOTHREAD: abi.WNOTHREAD,
  WALL: abi.WALL,
  WCLONE: abi.WCLONE,
} as const;

export const waitidOptions = {
  ...waitOptions,
  WEXITED: abi.WEXITED,
  WSTOPPED: abi.WUNTRACED,
  WNOWAIT: abi.WNOWAIT,
} as const;
export const waitidChildren = { P_ALL: abi.P_ALL, P_PID: abi.P_PID, P_PGID: abi.P_PGID } as const;

/** H1 and H2 are handlers that return at once; others are blocks of the program. */
export const handlers = { DFL: abi.SIG_DFL, IGN: abi.SIG_IGN, H1: 0x1001, H2: 0x1002 } as const;

export const semaphoreFlags = { UNDO: abi.SEM_UNDO, NOWAIT: abi.IPC_NOWAIT } as const;
export const umountFlags = { DETACH: abi.MNT_DETACH, EXPIRE: abi.MNT_EXPIRE } as const;
export const bindFlags = { REC: abi.MS_REC } as const;
export const openFlags = {
  R: abi.O_RDONLY,
  W: abi.O_WRONLY,
  RW: abi.O_RDWR,
  CREAT: abi.O_CREAT,
  EXCL: abi.O_EXCL,
  TRUNC: abi.O_TRUNC,
  APPEND: abi.O_APPEND,
} as const;
export const accessModes = { R: 4, W: 2, X: 1 } as const;

/** Error names, each meaning the negative number that a system call returns. */
export const errnoValues: ReadonlyMap<string, number> = new Map(
  Object.entries(abi)
    .filter(([name, value]) => /^E[A-Z0-9]+$/.test(name) && value < abi.ERESTARTSYS)
    .map(([name, value]) => [name, -value]),
);

/** Words of the language, which cannot be names, and two names with a meaning of their own. */
export const reservedWords: ReadonlySet<string> = new Set(
  `profile cpus shared task handler uid always expect if else while repeat forever barrier mem or and not shares with
   init self`.split(/\s+/),
);

const errnoNames = new Map([...errnoValues].map(([name, value]) => [value, name]));

/** The name of a negative result, or undefined for one that is no error. */
export function errorName(result: number): string | undefined {
  if (result >= 0 || result < -4095) return undefined;
  return errnoNames.get(result) ?? `error ${-result}`;
}
