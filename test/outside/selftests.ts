/**
 * Cases of the kernel's own selftests and of the design document of unshare. Of clone3 only what is about flags; what is
 * about sizes of its argument, and close_range, has no call here.
 */
import type { OutsideCase } from './outside-case.ts';

export const selftests: readonly OutsideCase[] = [
  {
    name: 'clone3, flags',
    asserts: 'a signal above the last one, and SIGHAND or THREAD without what they need, are EINVAL; no child is left',
    body: `cpus 2
task main:
    a = clone(SIGHAND) -> child
    expect a == EINVAL
    b = clone(THREAD) -> child
    expect b == EINVAL
    w = wait()
    expect w == ECHILD
task child:
    exit(0)
`,
  },
  {
    name: 'proc/fd-001-lookup',
    asserts: 'a descriptor is found in /proc while it is open and not behind its close',
    body: `cpus 2
task main:
    fd = open("/f")
    r = readlink("/proc/self/fd/0")
    expect r > 0
    close(fd)
    r = readlink("/proc/self/fd/0")
    expect r == ENOENT
    r = readlink("/proc/self/fd/31")
    expect r == ENOENT
`,
  },
  {
    name: 'proc/fd, of a table that is shared',
    asserts: 'a thread with descriptors of its own shows its own, whatever the others close',
    fails: { 'desai-2005': 'takes NEWNS, VM and SIGHAND alone: others are EINVAL' },
    body: `cpus 2
shared apart, closed
task main:
    fd = open("/f")
    c = clone(FILES) -> peer
    while apart == 0: futex_wait(apart, 0)
    close(fd)
    closed = 1
    futex_wake(closed, 1)
    w, code = wait(c)
    expect code == 0
task peer:
    r = unshare(FILES)
    expect r == 0
    apart = 1
    futex_wake(apart, 1)
    while closed == 0: futex_wait(closed, 0)
    r = readlink("/proc/self/fd/0")
    expect r > 0
    exit(0)
`,
  },
  {
    name: 'design document (a)',
    asserts: 'what is not implemented is EINVAL',
    body: `cpus 2
task main:
    r = unshare(PTRACE)
    expect r == EINVAL
    r = unshare(VFORK)
    expect r == EINVAL
    r = unshare(PARENT)
    expect r == EINVAL
    r = unshare(UNTRACED)
    expect r == EINVAL
`,
  },
  {
    name: 'design document (b)',
    asserts: 'NEWNS alone takes back the namespace and the fs part',
    fails: { 'desai-2005': 'leaves the fs part shared when the namespace becomes private' },
    body: `cpus 2
task main:
    c = clone(FS) -> child
    w, code = wait(c)
    expect code == 0
    r = access("a")
    expect r == 0
    r = access("/tmp/mine")
    expect r == ENOENT
task child:
    r = unshare(NEWNS)
    expect r == 0
    r = tmpfs("/tmp")
    expect r == 0
    mkdir("/tmp/mine")
    r = chdir("/tmp")
    expect r == 0
    exit(0)
`,
  },
  {
    name: 'design document (c), memory',
    asserts: 'shared memory is taken back: what is written afterwards stays apart',
    fails: {
      'linux-2.6.16': 'shared memory is EINVAL as merged',
      'linux-6': 'shared memory is EINVAL',
    },
    body: `cpus 1
task main:
    mem[0] = 1
    c = clone(VM) -> child
    w, code = wait(c)
    expect code == 0
    v = mem[0]
    expect v == 1
task child:
    r = unshare(VM)
    expect r == 0
    mem[0] = 2
    exit(0)
`,
  },
  {
    name: 'design document (c), descriptors and fs part',
    asserts: 'descriptors and fs part are taken back together: what is done afterwards stays apart',
    fails: { 'desai-2005': 'takes NEWNS, VM and SIGHAND alone: others are EINVAL' },
    body: `cpus 2
task main:
    fd = open("/f")
    c = clone(FS|FILES) -> child
    w, code = wait(c)
    expect code == 0
    r = fdget(fd)
    expect r == 0
    r = access("a")
    expect r == 0
task child:
    r = unshare(FS|FILES)
    expect r == 0
    close(0)
    chdir("/tmp")
    exit(0)
`,
  },
];
