/** Waiting in modules: turns without effect, many words, futexes; and what tells ends apart. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { StatefulSearch } from '../../dist/src/explore/search/stateful.js';
import { loadModule } from '../../dist/src/stepper/module/module.js';
import { exploreModule, exploreText, type Settings, titles } from '../support/explore-module.ts';

const file = (name: string): string => `test/fixtures/waits/${name}.ts`;

async function subjectOf(name: string, settings: Settings = {}): Promise<ModuleSubject> {
  return new ModuleSubject(await loadModule(name, new Map(Object.entries(settings))));
}

async function states(name: string, reduce: boolean, settings: Settings = {}) {
  const found = await new StatefulSearch(await subjectOf(name, settings), reduce).run();
  return { ...found, titles: found.bugs.map(({ bug }) => bug.title).sort() };
}

/** What dpor finds, which has to come to its end without any execution that was cut. */
async function whole(name: string, settings: Settings = {}) {
  const result = await exploreModule(name, settings);
  expect([result.end, result.bounded]).toEqual(['exhausted', 0]);
  return { executions: result.executions, ends: result.states.size, titles: titles(result) };
}

describe('a loop that locks, looks and unlocks waits', () => {
  const LOST = 'assert: lost update in finished';

  test.each([
    [{}, 12, [LOST]],
    [{ ATOMIC: 1 }, 6, []],
    [{ WAITERS: 2 }, 1368, [LOST]],
    [{ WAITERS: 2, ATOMIC: 1 }, 228, []],
  ] as const)('%o: %i executions', async (settings, executions, bugs) => {
    const found = await whole(file('poll-under-lock'), settings);
    expect([found.executions, found.titles]).toEqual([executions, bugs]);
    for (const reduce of [false, true]) {
      expect((await states(file('poll-under-lock'), reduce, settings)).titles).toEqual(bugs);
    }
  });

  const head = `import { arch_read_lock, arch_read_unlock, arch_spin_lock, arch_spin_trylock, arch_spin_unlock, assert,
    cpu_relax, load, RW_LOCK_BIAS, store } from 'tasklock/bus';
    export function setup(): void { store(0x1000, 1); store(0x1010, RW_LOCK_BIAS); }
    function poll(): void {
      for (;;) {
        arch_spin_lock(0x1000);
        const ready = load(0x1004);
        arch_spin_unlock(0x1000);
        if (ready) break;
      }
    }
    function read(): void {
      for (;;) {
        arch_read_lock(0x1010);
        const ready = load(0x1004);
        arch_read_unlock(0x1010);
        if (ready) break;
      }
    }
    function give(): void {
      arch_spin_lock(0x1000);
      while (load(0x1004) === 0) {
        arch_spin_unlock(0x1000);
        cpu_relax();
        arch_spin_lock(0x1000);
      }
      arch_spin_unlock(0x1000);
    }
    function set(): void { arch_spin_lock(0x1000); store(0x1004, 1); arch_spin_unlock(0x1000); }
    function nothing(): void {}
    function look(): void { assert(load(0x1000) > 0, 'held'); }
    function twice(): void {
      if (arch_spin_trylock(0x1000) === 0) {
        store(0x1008, 1);
        const free = load(0x1000);
        if (free && arch_spin_trylock(0x1000) === 0) assert(load(0x1004) === 1, 'held twice');
        else if (free) arch_spin_unlock(0x1000);
      } else arch_spin_unlock(0x1000);
    }
    `;

  test.each([
    ['[poll, poll, nothing]', ['livelock: spinning for ever in poll']],
    ['[poll, poll, set]', []],
    ['[read, read, set]', []],
    ['[read, read, nothing]', ['livelock: spinning for ever in read']],
    // It waits where it holds the lock, and lets go of it when nobody else can go on.
    ['[give, set]', []],
    ['[give, give, set]', []],
    // One may be left with the lock, the other in front of it.
    ['[give, give, nothing]', ['deadlock: no CPU can go on in give', 'livelock: spinning for ever in give']],
    // What others see of a turn is not lost: the lock held once, and held again after it was seen free.
    ['[poll, look, set]', ['assert: held in look']],
    ['[poll, twice, nothing]', ['assert: held twice in twice', 'livelock: spinning for ever in poll']],
  ])('%s', async (cpus, bugs) => {
    const result = await exploreText(`${head}export const cpus = ${cpus};`);
    expect([result.end, result.bounded, titles(result)]).toEqual(['exhausted', 0, bugs]);
  });

  test('one that changes something is at work', async () => {
    const result = await exploreText(`import { load, xadd } from 'tasklock/bus';
      function spinner(): void { while (load(0x1000) === 0) xadd(0x1004, 1); }
      export const cpus = [spinner];`);
    expect(titles(result)).toEqual(['livelock: no end under a fair schedule in spinner']);
  });
});

describe('a loop that waits for many words', () => {
  test.each([64, 65, 1024, 3000])('%i', async (words) => {
    const { executions, titles: bugs } = await whole(file('many-words'), { WORDS: words });
    expect([executions, bugs]).toEqual([3, []]);
  });

  test('of a block', async () => {
    const result = await exploreText(`import { memchr_inv, store } from 'tasklock/bus';
      function waiter(): void { while (memchr_inv(0x1000, 0, 0x4000) === 0) {} }
      function setter(): void { store(0x2000, 1); }
      export const cpus = [waiter, setter];`);
    expect([result.end, result.bounded, titles(result)]).toEqual(['exhausted', 0, []]);
  });
});

describe('ends are told apart by what can still matter', () => {
  test.each([
    ['inner-result', []],
    ['loop-left', ['livelock: spinning for ever in spinner']],
  ])('%s has one', async (name, bugs) => {
    for (const strategy of ['dpor', 'dfs']) {
      const result = await exploreModule(file(name), {}, strategy);
      expect([strategy, result.states.size, titles(result)]).toEqual([strategy, 1, bugs]);
    }
    for (const reduce of [false, true]) {
      const { ends, titles: found } = await states(file(name), reduce);
      expect([ends, found]).toEqual([1, bugs]);
    }
  });

  test('also one where a lock is waited for behind a loop', async () => {
    const result = await exploreText(`import { arch_spin_lock, load, store } from 'tasklock/bus';
      function setter(): void { store(0x1000, 2); }
      function stuck(): void {
        let x = 1;
        while (load(0x1000) !== x && x < 2) x++;
        arch_spin_lock(0x1008);
      }
      export const cpus = [setter, stuck];`);
    expect([result.states.size, titles(result)]).toEqual([1, ['deadlock: no CPU can go on in stuck']]);
  });
});

describe('where a word lies', () => {
  const NEAR = 4160;
  const FAR = 61_436;

  test('does not matter to what is found', async () => {
    for (const reduce of [false, true]) {
      const [near, far] = [
        await states(file('far-word'), reduce, { FAR: NEAR }),
        await states(file('far-word'), reduce, { FAR }),
      ];
      expect([far.states, far.transitions, far.ends]).toEqual([near.states, near.transitions, near.ends]);
    }
  });

  test('does not matter to the size of a copy', async () => {
    const sizes = await Promise.all(
      [NEAR, FAR].map(async (at) => {
        const subject = await subjectOf(file('far-word'), { FAR: at });
        subject.reset();
        return subject.machine.snapshot().ram.ram.length;
      }),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(128);
  });

  test('a copy brings back what was there, and zero where nothing was', async () => {
    const { machine } = await subjectOf(file('far-word'), { FAR });
    const text = (): string => JSON.stringify(machine.hash());
    const [before, empty] = [machine.snapshot(), text()];
    machine.start(2, 'setup');
    while (!machine.isIdle(2)) machine.step(2);
    const [after, one] = [machine.snapshot(), text()];
    expect(one).not.toBe(empty);
    machine.restore(before);
    expect([machine.ram[FAR >> 2], text()]).toEqual([0, empty]);
    machine.restore(after);
    expect([machine.ram[FAR >> 2], text()]).toEqual([1, one]);
  });
});

/** Bugs of a module that needs no more of the bus than this. */
async function run(body: string): Promise<string[]> {
  const head = "import { assert, futex_wait, futex_wake, load, store } from 'tasklock/bus';";
  return titles(await exploreText(`${head}\n${body}`));
}

describe('futexes', () => {
  test('examples/semaphore-futex.ts is what it is written out by hand', async () => {
    const function_ = { 'examples/semaphore-futex.ts': 'take', [file('semaphore-by-hand')]: 'futexWait' };
    for (const [name, where] of Object.entries(function_)) {
      expect((await whole(name)).titles).toEqual([]);
      expect((await whole(name, { WAKE_ALWAYS: 0 })).titles).toEqual([`deadlock: no CPU can go on in ${where}`]);
    }
  });

  test('what they return', async () => {
    const alone = `function f(): void {
        assert(futex_wait(0x1000, 1) === -11, 'differs');
        assert(futex_wake(0x1000, 1) === 0, 'nobody');
      }
      export const cpus = [f];`;
    expect(await run(alone)).toEqual([]);
    const pair = `function f(): void { assert(futex_wait(0x1000, 0) === 0, 'woken'); }
      function g(): void { for (let i = 0; i < 3; i++) if (futex_wake(0x1000, 9) === 1) break; }
      export const cpus = [f, g];`;
    // When f goes to sleep behind all of g nobody wakes it, and nothing else is wrong.
    expect(await run(pair)).toEqual(['deadlock: no CPU can go on in f']);
  });

  test('a change of the word wakes nobody, nor does another address', async () => {
    const change = `function f(): void { futex_wait(0x1000, 0); }
      function g(): void { store(0x1000, 1); futex_wake(0x1004, 1); }
      export const cpus = [f, g];`;
    expect(await run(change)).toEqual(['deadlock: no CPU can go on in f']);
  });

  test('a sleeper is named', async () => {
    const result = await exploreModule('examples/semaphore-futex.ts', { WAKE_ALWAYS: 0 });
    expect(result.bugs[0]?.moment.join('\n')).toMatch(/sleeps on COUNT \(0x1000\) and nobody wakes it, at take/);
  });

  test('invariant may not wake, finished may not sleep', async () => {
    expect(
      await run(`function f(): void { store(0x1000, 1); }
        export function invariant(): boolean { return futex_wake(0x1000, 1) === 0; }
        export const cpus = [f];`),
    ).toEqual(['assert: invariant changes RAM in invariant']);
    expect(
      await run(`function f(): void { store(0x1000, 1); }
        export function finished(): boolean { return futex_wait(0x1000, 1) === 0; }
        export const cpus = [f];`),
    ).toEqual(['assert: waiting where nobody else runs in finished']);
  });

  test('who pairs wait_for_change with wake_waiters is told', async () => {
    const noted = await loadModule('test/fixtures/modules/semaphore.ts', new Map());
    expect(noted.notes).toEqual([
      'semaphore.ts: wait_for_change needs no waking, so a missing wake_waiters is not seen: use futex_wait / futex_wake',
    ]);
    for (const name of ['examples/semaphore-futex.ts', 'examples/spinlock.ts', file('semaphore-by-hand')]) {
      expect((await loadModule(name, new Map())).notes).toEqual([]);
    }
    expect(readFileSync('docs/modules.md', 'utf8')).toContain('`futex_wait(address, expected)`');
  });
});
