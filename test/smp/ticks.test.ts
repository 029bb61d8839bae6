/** Timer interrupts on real threads: who sleeps until a timer is due, a kernel that is clean, and one that misses an `_irq`. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stressProgram, stressScenario, verdictOf } from './stress-run.ts';

const LOCKING = `task a:
    sigaction(ALRM, H1)
    repeat 2000:
        alarm(1)
        sigaction(USR1, H1)
    exit(0)
`;
const worker = new URL('./fixtures/plain-siglock.mjs', import.meta.url);

describe('without ticks that are asked for', () => {
  test('time passes for who waits, and for who goes round', async () => {
    const text = `cpus 2
shared seen
task sleeper:
    c = fork() -> spinner
    sigaction(ALRM, H1)
    setitimer(2, 2)
    r = pause()
    expect r == -4
    setitimer(0)
    w, code = wait(c)
    expect code == 142
task spinner:
    alarm(3)
    while seen == 0: sched_yield()
`;
    const result = await stressProgram(text, 2);
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.ticks).toBeNull();
  });
});

describe('with ticks', () => {
  test('a storm of clones, kills and exits is clean', async () => {
    const result = await stressScenario({ scenario: 'clone-exit-storm' }, { ticks: 'rate:0.005', durationMs: 1_000 });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.ticks?.taken).toBeGreaterThan(100);
  });

  test('clean twin: siglock with interrupts off', async () => {
    const result = await stressProgram(LOCKING, 1, { ticks: 'rate:0.1' });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.ticks?.taken).toBeGreaterThan(100);
  });

  test('siglock with interrupts on: the CPU waits for itself', async () => {
    const result = await stressProgram(LOCKING, 1, { ticks: 'rate:0.1', worker });
    expect(result.bugs.map(({ title }) => title)).toEqual([
      'deadlock: lock taken twice by one CPU in group_send_sig_info',
    ]);
    // The handler, and below it who was interrupted.
    expect(result.bugs[0]?.lines.join('\n')).toMatch(/it_real_fn[\s\S]*timer_interrupt[\s\S]*do_sigaction/);
  });

  test('the same without ticks shows nothing', async () => {
    expect(verdictOf(await stressProgram(LOCKING, 1, { worker }))).toEqual({ verdict: 'pass', bugs: [] });
  });
});

test('sleeps that end by time, with signals that come to them', async () => {
  const text = `cpus 3
shared word
task owner:
    repeat 30:
        c = fork() -> sleeper
        nanosleep(1)
        kill(c, STOP)
        kill(c, CONT)
        kill(c, USR1)
        r = futex_wait(word, 0, 1)
        expect r == -110
        wait(c)
task sleeper:
    sigaction(USR1, H1)
    nanosleep(2)
    futex_wait(word, 0, 3)
    exit(0)
`;
  const result = await stressProgram(text, 3, { ticks: 'rate:0.005' });
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
});

test('POSIX timers of threads that set and delete those of each other', async () => {
  const text = readFileSync('test/fixtures/programs/timer-storm.prog', 'utf8');
  const result = await stressProgram(text, 4, { ticks: 'rate:0.005' });
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
});
