/** Meetings of signals: timers, handlers, masks and stops with threads, exec, exit and unshare. */
import type { SmallScenario } from './small-scenario.ts';

export const signalMeetings: readonly SmallScenario[] = [
  {
    name: 'alarm-meets-group',
    about: 'a timer of the group goes on while its threads exec, set it anew and end the group',
    body: `cpus 2
task leader:
    sigaction(ALRM, H1)
    setitimer(1, 1)
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> thread
    exec()
    alarm(1)
    exit(0)
task thread:
    alarm(1)
    exit_group(3)
`,
  },
  {
    name: 'handler-meets-unshare',
    about: 'a signal comes to its handler while the one who shares the handlers changes and takes them back',
    expected: { 'desai-2005': { bugs: ['leak: mm_struct that nothing refers to'] } },
    body: `cpus 2
handler note:
    mem[1] = 1
task owner:
    sigaction(USR1, note)
    c = clone(VM|SIGHAND) -> peer
    kill(c, USR1)
    unshare(VM|SIGHAND)
    wait()
task peer:
    unshare(VM|SIGHAND)
    sigaction(USR1, DFL)
    exit(0)
`,
  },
  {
    name: 'timer-meets-unshare',
    about:
      'the signal of a timer is queued when handlers are taken back, and the timer is deleted when the other sharer is gone',
    expected: { 'desai-2005': { bugs: ['use-after-free: write to freed sighand_struct in unqueue_2_6'] } },
    body: `cpus 2
task owner:
    sigprocmask(BLOCK, USR1)
    c = clone(VM|SIGHAND) -> peer
    t = timer_create(USR1)
    timer_settime(t, 1)
    nanosleep(2)
    unshare(VM|SIGHAND)
    wait()
    timer_delete(t)
task peer:
    exit(0)
`,
  },
  {
    name: 'stop-meets-exit',
    about: 'a group is stopped while one of its threads exits',
    expected: {
      'desai-2005': { known: ['stop-waits-for-the-dead'] },
      'linux-2.6.16': { known: ['stop-waits-for-the-dead'] },
    },
    body: `cpus 2
shared up
task owner:
    c = fork() -> leader
    while up == 0: futex_wait(up, 0)
    kill(c, STOP)
    waitpid(c, WUNTRACED)
    kill(c, KILL)
    waitpid(c, 0)
task leader:
    t = clone(VM|SIGHAND|THREAD) -> thread
    pause()
task thread:
    up = 1
    futex_wake(up, 1)
    exit(0)
`,
  },
];
