/** RCU: what readers have in hand outlives them, by the kernel as it is, and what is seen when one rule of it is broken. */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { FILE_CACHE } from '../../dist/src/kernel/caches.js';
import { context_switch } from '../../dist/src/kernel/cpu-loop.js';
import { cpu_cache, cpu_data, cpuDataAddress } from '../../dist/src/kernel/layout.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { NR_close, NR_open } from '../../dist/src/kernel/syscall-numbers.js';
import { RCU_BATCH } from '../../dist/src/machine/limits.js';
import { type Broken, titlesOfBroken } from '../support/broken-kernel.ts';
import { Hold, NO_TASK, type Place } from '../support/hold.ts';
import { Lab } from '../support/lab.ts';
import { subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** The reader looks a descriptor up while the owner closes it, and then as many more as make a batch. */
const closing = (profile: ProfileName, more: number): string => `profile ${profile}
cpus 2
task owner:
    open("/f")
    clone(FILES) -> reader
    close(0)
    repeat ${more}:
        fd = open("/g", RW|CREAT)
        close(fd)
    repeat 3: sched_yield()
    wait()
task reader:
    lseek(0, 1)
    lseek(0, 1)
    exit(0)
`;

/** The owner is about to close when the reader has found the file; it goes on from there. */
const PLACES: readonly Place[] = [
  ['owner', 'sys_close'],
  ['reader', 'atomic_inc_not_zero'],
];

interface Case extends Omit<Broken, 'program' | 'executions' | 'strategy'> {
  readonly what: string;
  /** Files that the owner closes besides. */
  readonly more: number;
  readonly title: string;
}

const READER_HAS_IT = 'use-after-free: file given back by RCU while a reader may have it in run_callback';

const cases: readonly Case[] = [
  {
    what: 'a file that is given back at once',
    edit: ['files.js', /call_rcu\(f \+ \d+, 1, (?=\d+\))/, 'kmem_cache_free(9, f, '],
    more: 1,
    title: 'use-after-free: read of freed file in fcheck_get',
  },
  {
    what: 'a grace period that waits for nobody',
    edit: ['rcu.js', /if \(\(seen & 1\) === 0 && READ_ONCE.*\n\s*return 0;/, ''],
    more: RCU_BATCH,
    title: READER_HAS_IT,
  },
  {
    what: 'a grace period that begins without a look at the others',
    edit: ['rcu.js', /\n\s*rcu_start_batch\(\);/, ''],
    more: RCU_BATCH,
    title: READER_HAS_IT,
  },
  {
    what: 'a look-up outside a read section',
    edit: [
      'descriptors.js',
      /rcu_read_lock\(\);\s*const f = [^;]*;/,
      'const f = fcheck_files(files, fd);\nrcu_read_lock();',
    ],
    more: 1,
    title: 'assert: pointer of RCU read outside a read section in fcheck_files',
  },
  {
    what: 'a file that is counted up although it is being closed',
    edit: ['atomic.js', /if \(value === 0\)\s*return 0;/, ''],
    more: 1,
    title: 'use-after-free: write to freed file in sys_lseek',
  },
];

const hold = (subject: KernelSubject): Hold => new Hold(subject, ...PLACES);

describe.each(cases)('$what', ({ edit, more, title }) => {
  test('is seen', { timeout: 300_000 }, async () => {
    const program = closing('linux-2.6.16', more);
    expect(await titlesOfBroken({ edit, program, executions: 1, strategy: hold })).toContain(title);
  });
});

describe.each(profileNames)('%s as it is shows nothing', (profile) => {
  test.each([1, RCU_BATCH])('with %i files more', { timeout: 300_000 }, (more) => {
    const subject = subjectOfText(closing(profile, more));
    const strategy = hold(subject);
    const outcome = new Runner(subject, createObservers(checkers.map(({ name }) => name))).run(strategy, 0);
    expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
    expect(strategy.reached).toBe(profile === 'desai-2005' ? 1 : 2);
  });

  test('at random', { timeout: 300_000 }, () => {
    const subject = subjectOfText(closing(profile, 2));
    expect(titlesOf(subject, walks(subject, 40))).toEqual([]);
  });
});

/** Enough tasks die, one after the other, that some are given back. */
const dying = (profile: ProfileName): string => `profile ${profile}
cpus 2
task parent:
    repeat 9:
        fork() -> child
        wait()
    repeat 4:
        fork() -> child
        wait()
task child:
    exit(0)
`;

/** Its signal comes when nobody runs. */
const ALARM = `profile linux-6
cpus 1
task sleeper:
    sigaction(ALRM, Woken)
    alarm(1)
    pause()
handler Woken:
    woken = 1
`;

/** The parent is about to fork when the other CPU, which looks for work, has locked its queue; and stays there. */
const LOOKING: readonly Place[] = [
  ['parent', 'do_fork'],
  [NO_TASK, 'schedule', 'const next'],
];

describe('a CPU that runs no task', () => {
  test.each(profileNames)('%s: is no reader, whatever it locks', { timeout: 300_000 }, (profile) => {
    const subject = subjectOfText(dying(profile));
    const strategy = new Hold(subject, ...LOOKING);
    const outcome = new Runner(subject, createObservers(checkers.map(({ name }) => name))).run(strategy, 0);
    expect(strategy.reached).toBe(2);
    expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
  });

  test.each([
    ['a task', ['rcu.js', '(next ? 1 : 0)', '0'], closing('linux-2.6.16', 1), 'd_lookup'],
    ['an interrupt', ['interrupt.js', 'rcu_irq_enter();', '0;'], ALARM, 'group_send_sig_info'],
  ] as const)('is where a reader shows: %s', { timeout: 300_000 }, async (_, edit, program, where) => {
    const shown = await titlesOfBroken({ edit, program, executions: 1 });
    expect(shown).toContain(`assert: pointer of RCU read outside a read section in ${where}`);
  });

  test('is a reader in an interrupt', { timeout: 300_000 }, () => {
    const subject = subjectOfText(ALARM);
    expect(titlesOf(subject, walks(subject, 4))).toEqual([]);
  });
});

/** Files that CPU 0 has given back. */
const filesFreed = (lab: Lab): number =>
  lab.word(cpuDataAddress(0) + cpu_data.caches + FILE_CACHE * cpu_cache.SIZE + cpu_cache.freed);

describe('a batch of callbacks', () => {
  test('waits until there are enough, then for a grace period, and runs whole', () => {
    const lab = new Lab();
    const task = lab.clone();
    const close = (): void => {
      lab.call(task, NR_close, lab.call(task, NR_open, '/f', 0));
      context_switch();
    };
    const before = filesFreed(lab);
    for (let i = 1; i < RCU_BATCH; i++) close();
    expect(filesFreed(lab)).toBe(before);
    close();
    expect(filesFreed(lab)).toBe(before);
    context_switch();
    expect(filesFreed(lab)).toBe(before + RCU_BATCH);
    expect(lab.wrong()).toEqual([]);
  });

  test('in desai-2005 nothing waits', () => {
    const old = new Lab('desai-2005');
    const task = old.clone();
    const before = filesFreed(old);
    old.call(task, NR_close, old.call(task, NR_open, '/f', 0));
    expect(filesFreed(old)).toBe(before + 1);
  });
});
