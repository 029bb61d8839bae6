/**
 * Small scenarios for `tasklock explore`: two or three tasks, a handful of calls, two CPUs. Each lets one kind of meeting
 * happen that the profiles treat differently; the calls exist in all of them, whatever they answer.
 */
import type { ProfileName } from '../../kernel/profiles.ts';
import { meetings } from './meetings.ts';
import { signalMeetings } from './signals.ts';
import type { SmallScenario } from './small-scenario.ts';

export const smallScenarios: readonly SmallScenario[] = [
  {
    name: 'mm-peer-exits',
    about: 'unshare(VM) fails later on while the other sharer of the memory exits',
    expected: { 'desai-2005': { bugs: ['refcount: mm_struct freed while a task still has it'] } },
    body: `cpus 2
task owner uid 1000:
    mem[0] = 1
    c = clone(VM) -> peer
    unshare(VM|NEWNS)
    mem[0] = 2
    wait()
task peer:
    mem[1] = 1
    exit(0)
`,
  },
  {
    name: 'two-unshare-mm',
    about: 'both sharers of one memory take it back at the same time',
    expected: { 'desai-2005': { bugs: ['leak: mm_struct that nothing refers to'] } },
    body: `cpus 2
task owner:
    c = clone(VM) -> peer
    unshare(VM)
    mem[0] = 2
    wait()
task peer:
    unshare(VM)
    mem[0] = 3
    exit(0)
`,
  },
  {
    name: 'sighand-peer-exits',
    about: 'handlers and memory are taken back while the other sharer exits',
    expected: {
      'desai-2005': {
        bugs: ['leak: mm_struct that nothing refers to'],
        known: ['handlers-copied-without-lock'],
      },
    },
    body: `cpus 2
task owner:
    c = clone(VM|SIGHAND) -> peer
    unshare(VM|SIGHAND)
    sigaction(USR1, IGN)
    wait()
task peer:
    exit(0)
`,
  },
  {
    name: 'undo-of-nothing',
    about: 'a call that has nothing to take back fails at its last part',
    expected: { 'desai-2005': { bugs: ['use-after-free: write to freed sighand_struct in sys_unshare_desai_2005'] } },
    body: `cpus 2
task owner:
    c = clone(0) -> peer
    wait()
task peer uid 1000:
    mem[0] = 1
    unshare(VM|SIGHAND|NEWNS)
    mem[0] = 2
    exit(0)
`,
  },
  {
    name: 'signal-meets-unshare',
    about: 'a signal is sent while the handlers are taken back',
    expected: { 'desai-2005': { bugs: ['data-race: plain write of task_struct->sighand'] } },
    body: `cpus 2
task owner:
    c = clone(VM|SIGHAND) -> peer
    kill(c, USR1)
    wait()
task peer:
    sigaction(USR1, IGN)
    unshare(VM|SIGHAND)
    exit(0)
`,
  },
  {
    name: 'namespace-shared-fs',
    about: 'a namespace is taken back while another task shares the fs part',
    expected: { 'desai-2005': { bugs: ['isolation: F7: an fs part shared across namespaces'] } },
    body: `cpus 2
task owner:
    c = clone(FS) -> peer
    unshare(NEWNS)
    chdir("/a")
    wait()
task peer:
    getcwd()
    exit(0)
`,
  },
  {
    name: 'namespace-peer-exits',
    about: 'a namespace is taken back while another user of it exits',
    expected: { 'desai-2005': { bugs: ['sleep-in-atomic: semaphore taken with a spinlock held in dup_namespace'] } },
    body: `cpus 2
task owner:
    c = clone(0) -> peer
    unshare(NEWNS)
    tmpfs("/tmp")
    wait()
task peer:
    chdir("/tmp")
    exit(0)
`,
  },
  {
    name: 'proc-reader',
    about: 'a reader of /proc looks at a task that takes back its memory',
    expected: { 'desai-2005': { bugs: ['lock-order: alloc_lock -> mmap_sem -> alloc_lock'] } },
    body: `cpus 2
task owner:
    c = clone(VM) -> peer
    unshare(VM)
    mem[0] = 1
    wait()
task peer:
    fd = open("/proc/owner/maps")
    if fd >= 0:
        read(fd)
        close(fd)
    exit(0)
`,
  },
  {
    name: 'thread-takes-handlers',
    about: 'a thread of a group takes back what the group must share',
    expected: { 'desai-2005': { bugs: ['assert: thread group under two sets of handlers'] } },
    body: `cpus 2
task leader:
    c = clone(THREAD|VM|SIGHAND) -> thread
    getpid()
    exit(0)
task thread:
    unshare(VM|SIGHAND)
    exit(0)
`,
  },
  {
    name: 'files-shared',
    about: 'descriptors and fs part are taken back while the other sharer uses them',
    body: `cpus 2
task owner:
    fd = open("/f")
    c = clone(FS|FILES) -> peer
    unshare(FS|FILES)
    close(fd)
    wait()
task peer:
    dup(0)
    chdir("/a")
    exit(0)
`,
  },
  {
    name: 'clone-meets-unshare',
    about: 'a child is made from a task whose sharer takes its parts back',
    expected: { 'desai-2005': { bugs: ['lock-order: alloc_lock -> mmap_sem -> alloc_lock'] } },
    body: `cpus 2
task owner:
    c = clone(VM|FS|FILES) -> peer
    g = clone(VM|FS|FILES) -> child
    repeat 2: wait()
task peer:
    unshare(VM)
    exit(0)
task child:
    exit(0)
`,
  },
  {
    name: 'exit-meets-wait',
    about: 'parent and child exit at the same time, and init collects',
    body: `cpus 2
task owner:
    c = clone(0) -> child
    exit(0)
task child:
    g = clone(0) -> grandchild
    exit(0)
task grandchild:
    exit(0)
`,
  },
  ...meetings,
  ...signalMeetings,
];

/** The program of a small scenario under a profile. */
export function smallProgram({ body }: SmallScenario, profile: ProfileName): string {
  return `profile ${profile}\n${body}`;
}
