/** Meetings of the calls around unshare: wait, vfork, stops, exec, semaphores, mounts and readers of /proc. */
import type { SmallScenario } from './small-scenario.ts';

export const meetings: readonly SmallScenario[] = [
  {
    name: 'two-waiters',
    about: 'two threads wait for the only child of their process',
    body: `cpus 2
shared got, none, gate
task leader:
    c = clone(0) -> child
    t = clone(THREAD|VM|SIGHAND|FS|FILES) -> second
    w = wait()
    if w == c: add(got, 1)
    else: add(none, 1)
    while gate == 0: futex_wait(gate, 0)
    expect got == 1
    expect none == 1
    exit_group(0)
task second:
    w = wait()
    if w == ECHILD: add(none, 1)
    else: add(got, 1)
    gate = 1
    futex_wake(gate, 1)
    exit(0)
task child:
    exit(0)
`,
  },
  {
    name: 'fs-peer-exits',
    about: 'an fs part is taken back while the other sharer exits',
    body: `cpus 2
task owner:
    c = clone(FS) -> peer
    unshare(FS)
    chdir("/a")
    wait()
task peer:
    exit(0)
`,
  },
  {
    name: 'vfork-parent-killed',
    about: 'the parent is killed while it waits for its vfork child',
    body: `cpus 2
task parent:
    c = vfork() -> child
    wait()
task killer:
    kill(parent, KILL)
    kill(-1, KILL)
task child:
    exec()
    exit(0)
`,
  },
  {
    name: 'vfork-child-unshares',
    about: 'a vfork child takes its memory back, and waits for the parent that waits for it',
    expected: {
      'desai-2005': {
        bugs: [
          'spec: unshare left the memory of a vfork parent, which waits still',
          'deadlock: every task sleeps and nobody can wake one',
        ],
      },
    },
    body: `cpus 2
shared gone
task parent:
    c = vfork() -> child
    gone = 1
    futex_wake(gone, 1)
    wait()
task child:
    r = unshare(VM)
    if r == 0:
        while gone == 0: futex_wait(gone, 0)
    exit(0)
`,
  },
  {
    name: 'joined-child-unshares',
    about: 'a child whose end another waits for by a word in memory takes that memory back',
    expected: {
      'desai-2005': {
        bugs: [
          'spec: unshare left the memory in which its end is waited for',
          'deadlock: every task sleeps and nobody can wake one',
        ],
      },
    },
    body: `cpus 2
shared tid
task parent:
    tid = -1
    c = clone(VM|CHILD_CLEARTID, CHLD, 0, tid) -> child
    while tid == -1: futex_wait(tid, -1)
    wait()
task child:
    unshare(VM)
    exit(0)
`,
  },
  {
    name: 'stop-meets-thread',
    about: 'a group is stopped and continued while it makes a thread',
    body: `cpus 2
task owner:
    c = clone(0) -> leader
    kill(c, STOP)
    kill(c, CONT)
    wait()
task leader:
    t = clone(VM|SIGHAND|THREAD) -> thread
    getpid()
    exit(0)
task thread:
    getpid()
    exit(0)
`,
  },
  {
    name: 'failed-namespace-read',
    about: 'a namespace is taken back by calls that fail later on, while a reader follows the working directory',
    expected: {
      'desai-2005': { bugs: ['sleep-in-atomic: semaphore taken with a spinlock held in dup_mmap'] },
      'linux-2.6.16': { known: ['fs-moved-by-failed-unshare', 'fs-moved-under-readers'] },
      'linux-6': { known: ['fs-moved-under-readers'] },
    },
    body: `cpus 2
task owner:
    c = clone(0) -> reader
    v = clone(VM) -> sharer
    unshare(NEWNS|SYSVSEM)
    unshare(NEWNS|VM)
    chdir("/a")
    repeat 2: wait()
task reader:
    repeat 2: readlink("/proc/owner/cwd")
    exit(0)
task sharer:
    getcwd()
    exit(0)
`,
  },
  {
    name: 'three-sharers',
    about: 'three sharers of fs part, descriptors and undo list take them back, and one exits',
    body: `cpus 3
task owner:
    b = clone(FS|FILES|SYSVSEM) -> peer
    c = clone(FS|FILES|SYSVSEM) -> leaver
    unshare(FS|FILES|SYSVSEM)
    unshare(FS|FILES)
    repeat 2: wait()
task peer:
    unshare(FS|FILES)
    chdir("/a")
    exit(0)
task leaver:
    exit(0)
`,
  },
  {
    name: 'handlers-restored',
    about: 'memory and handlers are given back after EPERM, while a signal comes',
    expected: {
      'desai-2005': {
        bugs: ['lock-order: tasklist_lock for writing inside alloc_lock in exit_sighand'],
        known: ['handlers-copied-without-lock'],
      },
    },
    body: `cpus 2
task owner:
    sigaction(USR1, IGN)
    c = clone(VM|SIGHAND) -> peer
    kill(c, USR1)
    wait()
task peer uid 1000:
    unshare(VM|SIGHAND|NEWNS)
    exit(0)
`,
  },
  {
    name: 'kill-all-meets-fork',
    about: 'a signal to everybody comes while one of them forks',
    body: `cpus 2
task killer:
    c = clone(0) -> parent
    kill(-1, TERM)
    wait()
task parent:
    g = fork() -> child
    wait()
task child:
    getpid()
    exit(0)
`,
  },
  {
    name: 'stopped-child-killed',
    about: 'a child that is born stopped is killed while it is made',
    expected: {
      'desai-2005': { known: ['born-stopped-without-lock'] },
      'linux-2.6.16': { known: ['born-stopped-without-lock'] },
    },
    body: `cpus 2
task owner:
    c = clone(STOPPED) -> child
    kill(c, KILL)
    wait()
task killer:
    kill(4, KILL)
    exit(0)
task child:
    exit(0)
`,
  },
  {
    name: 'undo-meets-semop',
    about: 'a sharer of an undo list exits while the other is in semop',
    expected: {
      'desai-2005': { known: ['undo-lock-only-when-shared'] },
      'linux-2.6.16': { known: ['undo-lock-only-when-shared'] },
    },
    body: `cpus 2
task owner:
    c = clone(SYSVSEM) -> peer
    semop(0, 1, UNDO)
    semop(0, -1, UNDO|NOWAIT)
    wait()
task peer:
    semop(0, 1, UNDO)
    exit(0)
`,
  },
  {
    name: 'wait-bad-pointer',
    about: 'a wait that cannot store the status meets another wait for the same child',
    body: `cpus 2
shared gate
task leader:
    c = clone(0) -> child
    t = clone(THREAD|VM|SIGHAND|FS|FILES) -> second
    syscall(7, -1, 4, 0)
    while gate == 0: futex_wait(gate, 0)
    exit_group(0)
task second:
    wait()
    gate = 1
    futex_wake(gate, 1)
    exit(0)
task child:
    exit(0)
`,
  },
  {
    name: 'mm-meets-maps',
    about: 'memory is taken back while a reader has it in hand',
    expected: { 'desai-2005': { bugs: ['sleep-in-atomic: semaphore taken with a spinlock held in dup_mmap'] } },
    body: `cpus 2
shared ready
task owner:
    c = clone(0) -> reader
    if c < 0: exit(0)
    while ready == 0: sched_yield()
    repeat 12: unshare(VM)
    mem[0] = 1
    wait()
task reader:
    fd = open("/proc/owner/maps")
    ready = 1
    repeat 3: read(fd)
    exit(0)
`,
  },
  {
    name: 'umount-twice',
    about: 'a mount is taken away twice while it is looked up, bound and copied',
    body: `cpus 2
task owner:
    tmpfs("/a")
    c = clone(0) -> peer
    umount("/a", DETACH)
    bind("/a", "/b")
    wait()
task peer:
    stat("/a/fa")
    n = clone(NEWNS) -> copy
    umount("/a", DETACH)
    wait()
    exit(0)
task copy:
    access("/a/fa")
    exit(0)
`,
  },
  {
    name: 'join-then-unshare',
    about: 'a thread is joined by the word that its end clears, and memory is taken back at once',
    body: `cpus 2
shared tid
task leader:
    tid = -1
    r = syscall(120, 0x210f00, 0, 0, 0, 0x0804A004)
    if r == 0: exit(0)
    while tid == -1: futex_wait(tid, -1)
    unshare(VM|FS)
    mem[0] = 1
    exit(0)
`,
  },
  {
    name: 'exec-meets-thread',
    about: 'a leader execs while its thread makes another and a reader looks at its descriptors',
    expected: { 'desai-2005': { known: ['thread-that-was-never-made'] } },
    body: `cpus 2
task owner:
    fd = open("/f")
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> thread
    exec()
    close(fd)
    exit(0)
task thread:
    u = clone(VM|FS|FILES|SIGHAND|THREAD) -> late
    exit(0)
task late:
    exit(0)
task reader:
    repeat 2: readlink("/proc/owner/fd/0")
    exit(0)
`,
  },
  {
    name: 'thread-execs',
    about: 'a thread execs and takes over from its leader, while init collects and others signal and wait',
    body: `cpus 2
task owner:
    c = clone(0) -> leader
    o = clone(0) -> orphan
    kill(c, USR1)
    wait(c)
    exit(0)
task leader:
    sigaction(USR1, IGN)
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> thread
    pause()
task thread:
    fd = open("/f")
    exec()
    close(fd)
    exit(0)
task orphan:
    g = clone(0) -> grandchild
    exit(0)
task grandchild:
    readlink("/proc/leader/fd/0")
    exit(0)
`,
  },
  {
    name: 'exec-meets-descriptors',
    about: 'a task execs while who shares its descriptors looks at them',
    expected: {
      'desai-2005': { known: ['files-changed-by-exec'] },
      'linux-2.6.16': { known: ['files-changed-by-exec'] },
    },
    body: `cpus 2
task owner:
    fd = open("/f")
    c = clone(FILES) -> reader
    exec()
    close(fd)
    wait()
task reader:
    repeat 2: readlink("/proc/owner/fd/0")
    exit(0)
`,
  },
  {
    name: 'leader-collected',
    about: 'a thread execs and takes over from a leader that is dead, while init collects',
    expected: { 'desai-2005': { known: ['old-leader-collected-twice'] } },
    body: `cpus 2
task leader:
    t = clone(VM|SIGHAND|THREAD) -> thread
    exit(0)
task thread:
    exec()
    exit(0)
task other:
    exit(0)
`,
  },
  {
    name: 'pivot-meets-fork',
    about: 'the root of all is exchanged while one of them forks and another takes its fs part back',
    expected: {
      'desai-2005': { known: ['fs-parts-under-tasklist'] },
      'linux-2.6.16': { known: ['fs-parts-under-tasklist'] },
    },
    body: `cpus 2
task owner:
    tmpfs("/a")
    mkdir("/a/new")
    tmpfs("/a/new")
    mkdir("/a/new/old")
    chroot("/a")
    chdir("/")
    c = clone(0) -> parent
    s = clone(FS) -> sharer
    pivot_root("/new", "/new/old")
    repeat 2: wait()
task parent:
    g = fork() -> child
    chdir("/new")
    exit(0)
task child:
    exit(0)
task sharer:
    unshare(FS)
    getcwd()
    exit(0)
`,
  },
];
