/**
 * The one table of calls. The parser takes operands from it, the builder its method types, the assembler what goes
 * into ebx, ecx, edx, esi and edi, and docs/programs.md its list.
 *
 * `registers` names what each of them gets: an operand by name, a number, or a MadeArgument. What is left out is 0.
 */
import * as abi from '../kernel/abi.ts';
import * as nr from '../kernel/syscall-numbers.ts';
import { type CallSpec, TEXT_BYTES } from './call-spec.ts';
import {
  accessModes,
  actionFlags,
  bindFlags,
  cloneFlags,
  handlers,
  maskChanges,
  ptraceRequests,
  openFlags,
  semaphoreFlags,
  signals,
  umountFlags,
  waitOptions,
  waitidChildren,
  waitidOptions,
} from './constants.ts';

const path = { name: 'path', kind: 'path' } as const;
const fd = { name: 'fd', kind: 'value' } as const;
const uid = { name: 'uid', kind: 'value' } as const;
const flags = { name: 'flags', kind: 'flags', constants: cloneFlags } as const;
const word = { name: 'word', kind: 'shared' } as const;
const tidWord = (name: string) => ({ name, kind: 'shared', default: 0 }) as const;
const semaphore = { name: 'sem_num', kind: 'constant' } as const;
const signal = { name: 'sig', kind: 'value', constants: signals } as const;
const context = { name: 'context', kind: 'text' } as const;
/** Signals joined with |, their numbers instead of bits. */
const set = { name: 'set', kind: 'flags', constants: signals } as const;
const anything = (name: string) => ({ name, kind: 'any', default: 0 }) as const;

export const calls = {
  clone: {
    operands: [
      flags,
      { name: 'exit_signal', kind: 'choice', constants: signals, default: abi.SIGCHLD },
      tidWord('ptid'),
      tidWord('ctid'),
    ],
    number: nr.NR_clone,
    registers: ['@clone', 0, 'ptid', 0, 'ctid'],
    starts: true,
    does: 'a new task; result its pid. PARENT_SETTID stores that in ptid, CHILD_SETTID in ctid, CHILD_CLEARTID makes ctid 0 at its end',
  },
  fork: { operands: [], number: nr.NR_fork, registers: [], starts: true, does: 'clone that shares nothing' },
  vfork: {
    operands: [],
    number: nr.NR_vfork,
    registers: [],
    starts: true,
    does: 'clone(VM|VFORK): the caller sleeps until the child execs or exits',
  },
  unshare: { operands: [flags], number: 'unshare', registers: ['flags'], does: 'takes back what is shared' },
  exec: { operands: [], number: nr.NR_execve, registers: [], does: 'new memory, handlers reset; goes on here' },
  exit: {
    operands: [{ name: 'code', kind: 'value' }],
    number: nr.NR_exit,
    registers: ['code'],
    does: 'ends this task',
  },
  exit_group: {
    operands: [{ name: 'code', kind: 'value' }],
    number: nr.NR_exit_group,
    registers: ['code'],
    does: 'ends every task of the thread group',
  },
  wait: {
    operands: [{ name: 'pid', kind: 'value', default: -1 }],
    number: nr.NR_wait4,
    registers: ['pid', '@status', 0, 0],
    after: 'exit-code',
    does: 'wait4 without options; result the pid',
  },
  waitpid: {
    operands: [
      { name: 'pid', kind: 'value' },
      { name: 'options', kind: 'flags', constants: waitOptions },
    ],
    number: nr.NR_waitpid,
    registers: ['pid', '@status', 'options'],
    after: 'exit-code',
    does: 'result the pid; with WNOHANG 0 when no child is dead',
  },
  waitid: {
    operands: [
      { name: 'which', kind: 'choice', constants: waitidChildren },
      { name: 'id', kind: 'value' },
      { name: 'options', kind: 'flags', constants: waitidOptions },
    ],
    number: nr.NR_waitid,
    registers: ['which', 'id', '@child', 'options'],
    after: 'child',
    does: 'result the pid that is told of, 0 with WNOHANG and none; with WNOWAIT it is told of again',
  },
  getpid: { operands: [], number: nr.NR_getpid, registers: [], does: 'number of the thread group' },
  getppid: { operands: [], number: nr.NR_getppid, registers: [], does: 'number of the parent' },
  gettid: { operands: [], number: nr.NR_gettid, registers: [], does: 'number of the task' },
  setpgid: {
    operands: [
      { name: 'pid', kind: 'value', default: 0 },
      { name: 'pgid', kind: 'value', default: 0 },
    ],
    number: nr.NR_setpgid,
    registers: ['pid', 'pgid'],
    does: 'moves a process to another process group; 0 is the caller, and its own number',
  },
  getpgid: {
    operands: [{ name: 'pid', kind: 'value', default: 0 }],
    number: nr.NR_getpgid,
    registers: ['pid'],
    does: 'number of the process group',
  },
  setsid: { operands: [], number: nr.NR_setsid, registers: [], does: 'a new session and a new process group' },
  getsid: {
    operands: [{ name: 'pid', kind: 'value', default: 0 }],
    number: nr.NR_getsid,
    registers: ['pid'],
    does: 'number of the session',
  },
  set_tid_address: {
    operands: [word],
    number: nr.NR_set_tid_address,
    registers: ['word'],
    does: 'the word becomes 0 at the end of this task; result its number',
  },
  getuid: { operands: [], number: nr.NR_getuid, registers: [], does: 'the user' },
  setuid: { operands: [uid], number: nr.NR_setuid, registers: ['uid'], does: 'becomes another user' },
  kill: {
    operands: [{ name: 'pid', kind: 'value' }, signal],
    number: nr.NR_kill,
    registers: ['pid', 'sig'],
    does: 'sends a signal',
  },
  tkill: {
    operands: [{ name: 'tid', kind: 'value' }, signal],
    number: nr.NR_tkill,
    registers: ['tid', 'sig'],
    does: 'sends a signal to one thread',
  },
  tgkill: {
    operands: [{ name: 'tgid', kind: 'value' }, { name: 'tid', kind: 'value' }, signal],
    number: nr.NR_tgkill,
    registers: ['tgid', 'tid', 'sig'],
    does: 'the same, when it is of that thread group',
  },
  ptrace: {
    operands: [
      { name: 'request', kind: 'choice', constants: ptraceRequests },
      { name: 'pid', kind: 'value', default: 0 },
      { ...signal, default: 0 },
    ],
    number: nr.NR_ptrace,
    registers: ['request', 'pid', 0, 'sig'],
    does: 'TRACEME: is traced by its parent. ATTACH: traces a task, which stops. CONT, DETACH, KILL: lets one that stopped go on, with a signal; lets go of it; kills it',
  },
  sigqueue: {
    operands: [{ name: 'pid', kind: 'value' }, signal],
    number: nr.NR_rt_sigqueueinfo,
    registers: ['pid', 'sig', '@siginfo'],
    does: 'the same as kill to one process; one of 32 and more that finds no room in the queue is EAGAIN',
  },
  sigaction: {
    operands: [
      signal,
      { name: 'handler', kind: 'handler', constants: handlers },
      { name: 'flags', kind: 'flags', constants: actionFlags, default: 0 },
    ],
    number: nr.NR_sigaction,
    registers: ['sig', '@sigaction', 0],
    does: 'sets a signal handler',
  },
  alarm: {
    operands: [{ name: 'seconds', kind: 'value' }],
    number: nr.NR_alarm,
    registers: ['seconds'],
    does: 'SIGALRM after so many seconds, each a tick; 0 takes it back; result what was left of the one before',
  },
  setitimer: {
    operands: [
      { name: 'seconds', kind: 'constant' },
      { name: 'interval', kind: 'constant', default: 0 },
    ],
    number: nr.NR_setitimer,
    registers: [abi.ITIMER_REAL, '@itimerval', 0],
    does: 'the same, and again after every interval',
  },
  nanosleep: {
    operands: [{ name: 'seconds', kind: 'constant' }],
    number: nr.NR_nanosleep,
    registers: ['@timespec', 0],
    does: 'sleeps for so many seconds, after a stop for what was left; EINTR when a handler ran',
  },
  timer_create: {
    operands: [
      { name: 'sig', kind: 'choice', constants: signals, default: abi.SIGALRM },
      { name: 'tid', kind: 'value', default: 0 },
    ],
    number: nr.NR_timer_create,
    registers: [abi.CLOCK_MONOTONIC, '@sigevent', '@timer'],
    after: 'timer',
    does: 'a POSIX timer, whose signal is for the process or for one of its threads; result its number',
  },
  timer_settime: {
    operands: [
      { name: 'timer', kind: 'value' },
      { name: 'seconds', kind: 'constant' },
      { name: 'interval', kind: 'constant', default: 0 },
    ],
    number: nr.NR_timer_settime,
    registers: ['timer', 0, '@itimerval', 0],
    does: 'arms it, 0 takes that back; one with an interval goes on when its signal was taken',
  },
  timer_gettime: {
    operands: [{ name: 'timer', kind: 'value' }],
    number: nr.NR_timer_gettime,
    registers: ['timer', '@timer'],
    after: 'seconds-left',
    does: 'result the seconds that are left',
  },
  timer_getoverrun: {
    operands: [{ name: 'timer', kind: 'value' }],
    number: nr.NR_timer_getoverrun,
    registers: ['timer'],
    does: 'result how often it was due besides before its signal was taken',
  },
  timer_delete: {
    operands: [{ name: 'timer', kind: 'value' }],
    number: nr.NR_timer_delete,
    registers: ['timer'],
    does: 'takes it away',
  },
  sigprocmask: {
    operands: [{ name: 'how', kind: 'choice', constants: maskChanges }, set],
    number: nr.NR_rt_sigprocmask,
    registers: ['how', '@sigset', '@oldset', 8],
    after: 'signals',
    does: 'blocks signals; result the set before, signal n as bit n - 1',
  },
  sigpending: {
    operands: [],
    number: nr.NR_rt_sigpending,
    registers: ['@oldset', 8],
    after: 'signals',
    does: 'result the signals that wait until they are no longer blocked',
  },
  sigsuspend: {
    operands: [set],
    number: nr.NR_rt_sigsuspend,
    registers: ['@sigset', 8],
    does: 'blocks these instead, until a handler ran',
  },
  pause: { operands: [], number: nr.NR_pause, registers: [], does: 'sleeps until a signal' },
  sched_yield: { operands: [], number: nr.NR_sched_yield, registers: [], does: 'lets another task run' },
  mkdir: {
    operands: [path, { name: 'mode', kind: 'value', default: 0o777, octal: true }],
    number: nr.NR_mkdir,
    registers: ['path', 'mode'],
    does: 'makes a directory',
  },
  rmdir: { operands: [path], number: nr.NR_rmdir, registers: ['path'], does: 'removes an empty directory' },
  unlink: { operands: [path], number: nr.NR_unlink, registers: ['path'], does: 'removes the name of a file' },
  link: {
    operands: [{ name: 'source', kind: 'path' }, path],
    number: nr.NR_link,
    registers: ['source', 'path'],
    does: 'gives a file a second name',
  },
  chmod: {
    operands: [path, { name: 'mode', kind: 'value', octal: true }],
    number: nr.NR_chmod,
    registers: ['path', 'mode'],
    does: 'sets the permission bits',
  },
  chown: {
    operands: [path, uid, { name: 'gid', kind: 'value', default: -1 }],
    number: nr.NR_chown,
    registers: ['path', 'uid', 'gid'],
    does: 'gives it to another user and group; -1 leaves one as it is',
  },
  stat: {
    operands: [path],
    number: nr.NR_stat,
    registers: ['path', '@stat'],
    after: 'permissions',
    does: 'result the permission bits, and the owner',
  },
  access: {
    operands: [path, { name: 'mode', kind: 'flags', constants: accessModes, default: 0 }],
    number: nr.NR_access,
    registers: ['path', 'mode'],
    does: '0 when the path is there and the user may',
  },
  chdir: { operands: [path], number: nr.NR_chdir, registers: ['path'], does: 'changes the working directory' },
  getcwd: {
    operands: [],
    number: nr.NR_getcwd,
    registers: ['@text', TEXT_BYTES],
    does: 'result the length of the path with its zero',
  },
  readlink: {
    operands: [path],
    number: nr.NR_readlink,
    registers: ['path', '@text', TEXT_BYTES],
    does: 'result the length',
  },
  chroot: { operands: [path], number: nr.NR_chroot, registers: ['path'], does: 'changes the root' },
  umask: {
    operands: [{ name: 'mask', kind: 'value', octal: true }],
    number: nr.NR_umask,
    registers: ['mask'],
    does: 'result the mask before',
  },
  setcontext: {
    operands: [path, context],
    number: nr.NR_setxattr,
    registers: ['path', '@selinux', 'context', '@length', 0],
    does: 'setxattr(security.selinux): gives it a security context, `user:role:type:level` of up to 15 bytes',
  },
  getcontext: {
    operands: [path],
    number: nr.NR_getxattr,
    registers: ['path', '@selinux', '@text', TEXT_BYTES],
    does: 'getxattr(security.selinux): result the length with its zero',
  },
  open: {
    operands: [
      path,
      { name: 'flags', kind: 'flags', constants: openFlags, default: abi.O_RDONLY },
      { name: 'mode', kind: 'value', default: 0, octal: true },
    ],
    number: nr.NR_open,
    registers: ['path', 'flags', 'mode'],
    does: 'result a file descriptor; with CREAT the file is made with this mode',
  },
  close: { operands: [fd], number: nr.NR_close, registers: ['fd'], does: 'closes a file descriptor' },
  dup: { operands: [fd], number: nr.NR_dup, registers: ['fd'], does: 'result another descriptor of the file' },
  dup2: {
    operands: [fd, { name: 'to', kind: 'value' }],
    number: nr.NR_dup2,
    registers: ['fd', 'to'],
    does: 'the same with that number, which is closed before when it is open',
  },
  fdget: {
    operands: [fd],
    number: nr.NR_fcntl,
    registers: ['fd', abi.F_GETFD, 0],
    does: 'fcntl(F_GETFD): is the descriptor open?',
  },
  lseek: {
    operands: [fd, { name: 'offset', kind: 'value' }, { name: 'whence', kind: 'value', default: 1 }],
    number: nr.NR_lseek,
    registers: ['fd', 'offset', 'whence'],
    does: 'result the position; whence 0 start, 1 here, 2 end',
  },
  read: {
    operands: [fd],
    number: nr.NR_read,
    registers: ['fd', '@text', TEXT_BYTES],
    does: 'at most 128 bytes; result how many',
  },
  write: {
    operands: [fd, { name: 'text', kind: 'text' }],
    number: nr.NR_write,
    registers: ['fd', 'text', '@length'],
    does: 'writes a text, without a zero; result how many bytes',
  },
  tmpfs: {
    operands: [path],
    number: nr.NR_mount,
    registers: [0, 'path', '@tmpfs', 0, 0],
    does: 'mounts an empty file system',
  },
  afs: {
    operands: [path],
    number: nr.NR_mount,
    registers: [0, 'path', '@afs', 0, 0],
    does: 'mounts an empty file system that expires by time: `x` to /proc/sysrq-trigger looks who used it',
  },
  bind: {
    operands: [
      { name: 'source', kind: 'path' },
      path,
      { name: 'flags', kind: 'flags', constants: bindFlags, default: 0 },
    ],
    number: nr.NR_mount,
    registers: ['source', 'path', 0, '@bind', 0],
    does: 'mounts a directory in a second place; with REC what is mounted below it as well',
  },
  move: {
    operands: [{ name: 'source', kind: 'path' }, path],
    number: nr.NR_mount,
    registers: ['source', 'path', 0, abi.MS_MOVE, 0],
    does: 'moves a mount, with what is mounted below it, to another place',
  },
  umount: {
    operands: [path, { name: 'flags', kind: 'flags', constants: umountFlags, default: 0 }],
    number: nr.NR_umount2,
    registers: ['path', 'flags'],
    does: 'takes a mount away',
  },
  swapon: {
    operands: [path],
    number: nr.NR_swapon,
    registers: ['path', 0],
    does: 'makes a regular file the swap area',
  },
  swapoff: {
    operands: [path],
    number: nr.NR_swapoff,
    registers: ['path'],
    does: 'takes that back, and goes through all memories that may have pages there',
  },
  pivot_root: {
    operands: [
      { name: 'new_root', kind: 'path' },
      { name: 'put_old', kind: 'path' },
    ],
    number: nr.NR_pivot_root,
    registers: ['new_root', 'put_old'],
    does: 'puts a mount in the place of the root, and the root on a directory below it',
  },
  semop: {
    operands: [
      semaphore,
      { name: 'n', kind: 'constant' },
      { name: 'flags', kind: 'flags', constants: semaphoreFlags, default: 0 },
    ],
    number: nr.NR_ipc,
    registers: [abi.SEMOP, '@semaphores', 1, 0, '@sembuf'],
    does: "one operation on a semaphore of the program's set",
  },
  semget: {
    operands: [semaphore],
    number: nr.NR_ipc,
    registers: [abi.SEMCTL, '@semaphores', 'sem_num', abi.GETVAL, 0],
    does: 'result the value of a semaphore',
  },
  futex_wait: {
    operands: [word, { name: 'value', kind: 'value' }, { name: 'seconds', kind: 'constant', default: 0 }],
    number: nr.NR_futex,
    registers: ['word', abi.FUTEX_WAIT, 'value', '@timespec', 0],
    does: 'sleeps while the shared word has this value, for so many seconds at most, if any',
  },
  futex_wake: {
    operands: [word, { name: 'n', kind: 'value' }],
    number: nr.NR_futex,
    registers: ['word', abi.FUTEX_WAKE, 'n', 0, 0],
    does: 'wakes up to n sleepers; result how many',
  },
  add: {
    operands: [word, { name: 'n', kind: 'value' }],
    number: 'xadd',
    registers: ['word', 'n'],
    does: 'adds to a shared word in one step (lock xadd); result the value before; no system call',
  },
  choose: {
    operands: [{ name: 'n', kind: 'constant' }],
    number: 'choose',
    registers: ['n'],
    does: 'any of 0 to n - 1, n at most 128: a search tries all of them or draws, run and stress draw; no system call',
  },
  syscall: {
    operands: [
      { name: 'nr', kind: 'constant' },
      anything('a'),
      anything('b'),
      anything('c'),
      anything('d'),
      anything('e'),
    ],
    number: 'nr',
    registers: ['a', 'b', 'c', 'd', 'e'],
    does: 'any number with any arguments; a text becomes its address',
  },
} as const satisfies Readonly<Record<string, CallSpec>>;

export type CallName = keyof typeof calls;
export const callNames = Object.keys(calls) as CallName[];

/** The entry of a call, or undefined when there is no such call. */
export function callSpec(name: string): CallSpec | undefined {
  return Object.hasOwn(calls, name) ? calls[name as CallName] : undefined;
}

/** As `mkdir(path, mode=0o777)`, for messages and the documentation. */
export function callSignature(name: CallName): string {
  const spec: CallSpec = calls[name];
  const operands = spec.operands.map((operand) => {
    if (operand.default === undefined) return operand.name;
    const constant = Object.entries(operand.constants ?? {}).find(([, value]) => value === operand.default)?.[0];
    const octal = operand.octal ? `0o${operand.default.toString(8)}` : undefined;
    return `${operand.name}=${constant ?? octal ?? operand.default}`;
  });
  return `${name}(${operands.join(', ')})${spec.starts ? ' -> task' : ''}`;
}
