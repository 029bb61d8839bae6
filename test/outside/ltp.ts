/**
 * Cases of the Linux Test Project, their intent in programs of our own. What a case looks at besides (the environment, a
 * stack, cgroups, capabilities of 6.x alone) has nothing to stand for it here:
 *
 *   unshare03                  no nr_open that could be lowered: a table has 32 places at most
 *   unshare05                  pid namespaces are accepted, and nothing is behind them
 *   clone04, 06, 07, 10        the stack, the environment and the words of each thread of the C library
 *   clone303, 304              cgroups, and process numbers chosen by the caller
 *   fork14                     areas of memory of 16 TB
 *   mountns01, 03, 04          propagation between mounts; fs_bind cloneNS but 04 likewise
 */
import type { OutsideCase } from './outside-case.ts';

const ONLY_THREE = 'takes NEWNS, VM and SIGHAND alone: others are EINVAL';

/** Signals of waitpid05: those from 1 to 15 that end a process, but for USR1, USR2 and BUS. */
const DEADLY = [1, 2, 3, 4, 5, 6, 8, 9, 11, 13, 14, 15];

const killed = (sig: number): string => `
    sig = ${sig}
    c = fork() -> child
    w, code = waitpid(c, 0)
    expect w == c
    expect code == ${128 + sig}`;

/** How the two last children of a group, `w` and `x`, are collected by waits for `who` with `options`: each once, then nobody. */
const collect = (who: string, options: string): string => `
    n = 0
    while n < 2:
        v, code = waitpid(${who}, ${options})
        if v == 0: sched_yield()
        if code == 275: kill(v, CONT)
        if code == 3:
            w = x
            x = v
            n = n + 1
    v = waitpid(${who}, ${options})
    expect v == ECHILD`;

/** `w` and `x` are two children, in whatever order. */
const both = (one: string, other: string): string => `
    if x == ${one}: expect w == ${other}
    if x != ${one}: expect x == ${other}
    if x != ${one}: expect w == ${one}`;

/** waitpid11 to 13: two children of the group `h` that the parent leaves, and two of its own; these first. */
const groups = (options: string, before: string, stops: string): string => `cpus 2
shared go
task main:
    setpgid()
    c = fork() -> parent
    w, code = waitpid(c, 0)
    expect code == 0
task parent:
    g = getpgid()
    h = 0
    repeat g: h = h - 1
    a = fork() -> child
    b = fork() -> child
    setpgid()
    c = fork() -> child
    d = fork() -> child${before}
    go = 1
    futex_wake(go, 4)${collect('0', options)}${both('c', 'd')}${collect('h', options)}${both('a', 'b')}
    exit(0)
task child:
    while go == 0: futex_wait(go, 0)${stops}
    exit(3)
`;

/** A look for children of either group that finds none that could be told of. */
const nobodyYet = (options: string): string => `
    v = waitpid(0, ${options})
    expect v == 0
    v = waitpid(h, ${options})
    expect v == 0`;

const STOPS = `
    p = getpid()
    kill(p, STOP)`;

const unshare: readonly OutsideCase[] = [
  {
    name: 'unshare01',
    asserts: 'FILES, FS and NEWNS are each taken back by a child of root',
    fails: { 'desai-2005': ONLY_THREE },
    body: `cpus 2
task main:
    a = fork() -> files
    w, code = wait(a)
    expect code == 0
    b = fork() -> fs
    w, code = wait(b)
    expect code == 0
    c = fork() -> newns
    w, code = wait(c)
    expect code == 0
task files:
    r = unshare(FILES)
    expect r == 0
    exit(0)
task fs:
    r = unshare(FS)
    expect r == 0
    exit(0)
task newns:
    r = unshare(NEWNS)
    expect r == 0
    exit(0)
`,
  },
  {
    name: 'unshare02',
    asserts: 'all bits at once are EINVAL, and a namespace for a user without rights is EPERM',
    body: `cpus 2
task main:
    a = fork() -> all
    b = fork() -> nobody
    repeat 2: wait()
task all:
    r = unshare(-1)
    expect r == EINVAL
    exit(0)
task nobody uid 65534:
    r = unshare(NEWNS)
    expect r == EPERM
    exit(0)
`,
  },
  {
    name: 'unshare04',
    asserts: 'a child that shares FS takes a namespace and changes its directory: the parent stays where it is',
    fails: { 'desai-2005': 'leaves the fs part shared when the namespace becomes private' },
    body: `cpus 2
task main:
    c = clone(FS) -> child
    w, code = wait(c)
    expect code == 0
    r = access("a")
    expect r == 0
task child:
    r = unshare(NEWNS)
    expect r == 0
    r = chdir("/tmp")
    expect r == 0
    r = access("a")
    expect r == ENOENT
    exit(0)
`,
  },
  {
    name: 'unshare01.sh --mount',
    asserts: 'what is mounted behind unshare is not seen outside, and what was mounted before is seen inside',
    body: `cpus 2
task main:
    r = tmpfs("/a")
    expect r == 0
    mkdir("/a/before")
    c = fork() -> inside
    w, code = wait(c)
    expect code == 0
    r = access("/b/private")
    expect r == ENOENT
task inside:
    r = unshare(NEWNS)
    expect r == 0
    r = access("/a/before")
    expect r == 0
    r = tmpfs("/b")
    expect r == 0
    mkdir("/b/private")
    r = access("/b/private")
    expect r == 0
    exit(0)
`,
  },
];

const clone: readonly OutsideCase[] = [
  {
    name: 'clone01',
    asserts: 'wait returns the number that clone gave, and the status of the child',
    body: `cpus 2
task main:
    c = clone(0) -> child
    w, code = wait()
    expect w == c
    expect code == 0
task child:
    exit(0)
`,
  },
  {
    name: 'clone02, all shared',
    asserts: 'what the child does to a variable, a descriptor, its directory and a handler is seen by the parent',
    body: `cpus 2
task main:
    fd = open("/f")
    c = clone(VM|FS|FILES|SIGHAND) -> child
    w, code = wait(c)
    expect code == 0
    v = mem[0]
    expect v == 5
    r = fdget(fd)
    expect r == EBADF
    r = access("fa")
    expect r == 0
    me = getpid()
    kill(me, USR1)
    sched_yield()
task child:
    mem[0] = 5
    close(0)
    chdir("/a")
    sigaction(USR1, IGN)
    exit(0)
`,
  },
  {
    name: 'clone02, nothing shared',
    asserts: 'of what the child does the parent sees nothing',
    body: `cpus 2
task main:
    s = fork() -> parent
    w, code = wait(s)
    expect code == 138
task parent:
    mem[0] = 3
    fd = open("/f")
    c = clone(0) -> child
    w, code = wait(c)
    expect code == 0
    v = mem[0]
    expect v == 3
    r = fdget(fd)
    expect r == 0
    r = access("fa")
    expect r == ENOENT
    me = getpid()
    kill(me, 10)
    expect me == 0
task child:
    mem[0] = 5
    close(0)
    chdir("/a")
    sigaction(10, IGN)
    exit(0)
`,
  },
  {
    name: 'clone03',
    asserts: 'the number that the child has of itself is the one that clone gave',
    body: `cpus 2
shared told
task main:
    c = clone(0) -> child
    w, code = wait(c)
    expect told == c
task child:
    p = getpid()
    told = p
    exit(0)
`,
  },
  {
    name: 'clone05',
    asserts: 'with VM|VFORK the parent goes on behind the child: it sees what the child has written',
    body: `cpus 2
task main:
    c = clone(VM|VFORK) -> child
    v = mem[0]
    expect v == 1
    w, code = wait(c)
    expect code == 0
task child:
    sched_yield()
    mem[0] = 1
    exit(0)
`,
  },
  {
    name: 'clone09',
    asserts: 'a network namespace can be asked for by root',
    body: `cpus 2
task main:
    c = clone(NEWNET) -> child
    expect c > 0
    w, code = wait(c)
    expect code == 0
task child:
    exit(0)
`,
  },
  {
    name: 'clone11',
    asserts: 'a namespace is EPERM for a user without rights',
    body: `cpus 2
task main uid 65534:
    c = clone(NEWNS) -> child
    expect c == EPERM
task child:
    exit(0)
`,
  },
  {
    name: 'clone301',
    asserts: 'the signal that is asked for comes at the end of the child, and __WALL collects it',
    body: `cpus 2
task main:
    s = fork() -> parent
    w, code = wait(s)
    expect code == 140
    t = fork() -> usual
    w, code = wait(t)
    expect code == 0
task parent:
    c = clone(0, 12) -> child
    w, code = waitpid(c, WALL)
    repeat forever: pause()
task usual:
    c = clone(0) -> child
    w, code = wait(c)
    expect w == c
    exit(0)
task child:
    exit(0)
`,
  },
  {
    name: 'clone302',
    asserts: 'SIGHAND without VM, THREAD without SIGHAND, and FS with NEWNS are EINVAL',
    body: `cpus 2
task main:
    a = clone(SIGHAND) -> child
    expect a == EINVAL
    b = clone(THREAD|VM) -> child
    expect b == EINVAL
    c = clone(FS|NEWNS) -> child
    expect c == EINVAL
    w = wait()
    expect w == ECHILD
task child:
    exit(0)
`,
  },
  {
    name: 'mountns02',
    asserts: 'private mounts pass neither from parent to child nor back once a clone has its own namespace',
    body: `cpus 2
shared down, up
task main:
    r = tmpfs("/a")
    expect r == 0
    c = clone(NEWNS) -> child
    r = tmpfs("/a/")
    mkdir("/a/late")
    down = 1
    futex_wake(down, 1)
    while up == 0: futex_wait(up, 0)
    r = access("/b/inner")
    expect r == ENOENT
    w, code = wait(c)
    expect code == 0
task child:
    while down == 0: futex_wait(down, 0)
    r = access("/a/late")
    expect r == ENOENT
    r = tmpfs("/b")
    expect r == 0
    mkdir("/b/inner")
    up = 1
    futex_wake(up, 1)
    exit(0)
`,
  },
  {
    name: 'fs_bind cloneNS04',
    asserts: 'a bind made behind a clone of the namespace stays on its side',
    body: `cpus 2
shared done
task main:
    mkdir("/a/x")
    c = clone(NEWNS) -> child
    r = bind("/a", "/b")
    expect r == 0
    done = 1
    futex_wake(done, 1)
    w, code = wait(c)
    expect code == 0
    r = access("/b/x")
    expect r == 0
task child:
    while done == 0: futex_wait(done, 0)
    r = access("/b/x")
    expect r == ENOENT
    r = bind("/a", "/c")
    expect r == 0
    exit(0)
`,
  },
];

const endings: readonly OutsideCase[] = [
  {
    name: 'fork13',
    asserts: 'two forks one after the other never give the same number, whoever forks beside',
    body: `cpus 2
task main:
    repeat 4:
        a = fork() -> child
        b = fork() -> child
        expect a != b
        repeat 2: wait()
task other:
    repeat 4:
        c = fork() -> child
        wait()
task child:
    exit(0)
`,
  },
  {
    name: 'cve-2017-17052',
    asserts: 'forks, work on the memory and exit_group of a group at once are survived',
    body: `cpus 2
task main:
    repeat 2:
        c = fork() -> group
        wait(c)
task group:
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> writer
    u = clone(VM|FS|FILES|SIGHAND|THREAD) -> forker
    f = fork() -> child
    exit_group(0)
task writer:
    repeat 4: mem[0] = 1
    exit(0)
task forker:
    repeat 2: f = fork() -> child
    exit(0)
task child:
    mem[1] = 1
    exit(0)
`,
  },
  {
    name: 'exit01',
    asserts: 'the status of a child is the one it gave to exit',
    body: `cpus 2
task main:
    c = fork() -> child
    w, code = wait(c)
    expect w == c
    expect code == 1
task child:
    exit(1)
`,
  },
  {
    name: 'exit_group01',
    asserts: 'exit_group of one thread ends all, and its status is that of the process',
    body: `cpus 2
task main:
    c = fork() -> leader
    w, code = wait(c)
    expect w == c
    expect code == 4
task leader:
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> sleeper
    u = clone(VM|FS|FILES|SIGHAND|THREAD) -> ender
    repeat forever: pause()
task sleeper:
    repeat forever: pause()
task ender:
    exit_group(4)
`,
  },
  {
    name: 'kill05',
    asserts: 'a signal to a process of another user is EPERM',
    body: `cpus 2
shared tried
task main:
    c = fork() -> victim
    s = fork() -> sender
    w, code = wait(s)
    expect code == 0
    tried = 1
    futex_wake(tried, 1)
    w, code = wait(c)
    expect code == 0
task victim:
    while tried == 0: futex_wait(tried, 0)
    exit(0)
task sender uid 1000:
    r = kill(victim, KILL)
    expect r == EPERM
    r = kill(victim, 0)
    expect r == EPERM
    exit(0)
`,
  },
  {
    name: 'kill10',
    asserts: 'many processes that signal one another all come to their end',
    body: `cpus 2
task main:
    a = fork() -> manager
    b = fork() -> manager
    repeat 2: wait()
task manager:
    sigaction(USR1, H1)
    c = fork() -> child
    d = fork() -> child
    kill(c, TERM)
    kill(d, TERM)
    w, code = wait(c)
    expect code == 143
    w, code = wait(d)
    expect code == 143
    exit(0)
task child:
    repeat forever: pause()
`,
  },
  {
    name: 'waitpid01',
    asserts: 'the status tells the signal that killed the child',
    body: `cpus 2
task main:
    a = fork() -> sleeper
    kill(a, 14)
    w, code = waitpid(a, 0)
    expect w == a
    expect code == 142
    b = fork() -> sleeper
    kill(b, 15)
    w, code = waitpid(b, 0)
    expect w == b
    expect code == 143
task sleeper:
    repeat forever: pause()
`,
  },
  {
    name: 'waitpid02',
    asserts: 'SIGFPE that kills a child is told of, and no exit code',
    body: `cpus 2
task main:
    c = fork() -> sleeper
    kill(c, 8)
    w, code = waitpid(c, 0)
    expect w == c
    expect code == 136
    w = waitpid(c, 0)
    expect w == ECHILD
task sleeper:
    repeat forever: sched_yield()
`,
  },
  {
    name: 'waitpid03',
    asserts: 'a second wait for a number that was collected is ECHILD',
    body: `cpus 2
task main:
    c = fork() -> child
    w = waitpid(c, 0)
    expect w == c
    w = waitpid(c, 0)
    expect w == ECHILD
task child:
    exit(0)
`,
  },
  {
    name: 'waitpid04',
    asserts: 'ECHILD without children, for a group of its own too, and EINVAL for options that are none',
    body: `cpus 2
task main:
    w = waitpid(-1, 0)
    expect w == ECHILD
    w = waitpid(0, 0)
    expect w == ECHILD
    w = waitpid(-1, -1)
    expect w == EINVAL
`,
  },
  {
    name: 'waitpid05',
    asserts:
      'the status of a child that kills itself tells by which signal, whichever that is; of a core nothing is said here',
    body: `cpus 2
shared sig
task main:${DEADLY.map(killed).join('')}
task child:
    p = getpid()
    s = sig
    kill(p, s)
    exit(1)
`,
  },
  {
    name: 'waitpid06',
    asserts: 'waits for anybody collect each child once',
    body: `cpus 2
task main:
    a = fork() -> child
    b = fork() -> child
    c = fork() -> child
    v, code = waitpid(-1, 0)
    expect code == 3
    w, code = waitpid(-1, 0)
    expect code == 3
    x, code = waitpid(-1, 0)
    expect code == 3
    expect v != w
    expect w != x
    expect v != x
    w = waitpid(-1, 0)
    expect w == ECHILD
task child:
    exit(3)
`,
  },
  {
    name: 'waitpid07',
    asserts: 'WNOHANG is 0 while the child lives, and its number behind its end',
    body: `cpus 2
shared go
task main:
    c = fork() -> child
    w = waitpid(c, WNOHANG)
    expect w == 0
    go = 1
    futex_wake(go, 1)
    w = 0
    while w == 0:
        sched_yield()
        w = waitpid(c, WNOHANG)
    expect w == c
task child:
    while go == 0: futex_wait(go, 0)
    exit(0)
`,
  },
  {
    name: 'waitpid08',
    asserts: 'WUNTRACED tells of children that stop, go on and exit, whatever their group, and of nobody before',
    body: `cpus 2
shared go
task main:
    setpgid()
    c = fork() -> parent
    w, code = waitpid(c, 0)
    expect code == 0
task parent:
    a = fork() -> child
    setpgid()
    b = fork() -> child
    v = waitpid(-1, WNOHANG|WUNTRACED)
    expect v == 0
    go = 1
    futex_wake(go, 2)${collect('-1', 'WUNTRACED')}${both('a', 'b')}
    exit(0)
task child:
    while go == 0: futex_wait(go, 0)${STOPS}
    exit(3)
`,
  },
  {
    name: 'waitpid09',
    asserts: 'WNOHANG without children is ECHILD, and a wait that a signal meets goes on to the child',
    body: `cpus 2
task main:
    w = waitpid(-1, WNOHANG)
    expect w == ECHILD
    sigaction(CHLD, DFL)
    c = fork() -> child
    w = waitpid(-1, 0)
    expect w == c
    w = waitpid(c, WNOHANG)
    expect w == ECHILD
task child:
    exit(0)
`,
  },
  {
    name: 'waitpid10',
    asserts: 'children of children are not those of the one who waits',
    body: `cpus 2
task main:
    c = fork() -> child
    w, code = waitpid(-1, 0)
    expect w == c
    expect code == 5
    w = waitpid(-1, 0)
    expect w == ECHILD
task child:
    g = fork() -> grandchild
    exit(5)
task grandchild:
    exit(6)
`,
  },
  {
    name: 'waitpid11',
    asserts: 'waits for 0 collect children of the own group, and those for a negative number of that group',
    body: groups('0', '', ''),
  },
  {
    name: 'waitpid12',
    asserts: 'with WNOHANG the same, and 0 as long as they live',
    body: groups('WNOHANG', nobodyYet('WNOHANG'), ''),
  },
  {
    name: 'waitpid13',
    asserts: 'with WUNTRACED the same of children that stop before they exit',
    body: groups('WUNTRACED', nobodyYet('WNOHANG|WUNTRACED'), STOPS),
  },
];

export const ltp: readonly OutsideCase[] = [...unshare, ...clone, ...endings];
