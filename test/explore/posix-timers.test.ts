/** POSIX timers against threads, exec, exit and unshare: clean but for what the kernels of 2005 are known for. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { loadKernel, KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import { imageOf } from '../../dist/src/explore/subject/targets.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { Hold, type Place } from '../support/hold.ts';
import { programText, subjectOfText, targetOf } from '../support/programs.ts';

const kernel = await loadKernel();
const ALL = checkers.map(({ name }) => name);

/** Known findings and titles of what executions show. */
function shown(subject: KernelSubject, strategy: Strategy, executions: number): Set<string> {
  const runner = new Runner(subject, createObservers(ALL));
  const found = new Set<string>();
  for (let i = 0; i < executions; i++) {
    for (const bug of runner.run(strategy, i)?.bugs ?? []) {
      found.add(knownFinding(subject.profile, bug.title, [...bug.details, ...subject.moment(bug)])?.id ?? bug.title);
    }
  }
  return found;
}

function held(name: string, profile: ProfileName, ...places: Place[]): string[] {
  const subject = subjectOfText(programText(name, profile), name);
  const strategy = new Hold(subject, ...places);
  const found = [...shown(subject, strategy, 1)];
  expect(strategy.reached).toBe(places.length);
  return found;
}

const OLD = ['desai-2005', 'linux-2.6.16'] as const;

describe('B70: a timer is deleted while its signal is taken', () => {
  const places: Place[] = [
    ['thread', 'forget_process'],
    ['leader', 'collect_signal', 'const goes_on'],
  ];
  test.each(OLD)('%s', (profile) => {
    expect(held('timer-deleted-while-taken', profile, ...places)).toEqual(['timer-signal-freed-while-taken']);
  });
  test('linux-6', () => expect(held('timer-deleted-while-taken', 'linux-6', ...places)).toEqual([]));
});

describe('B71: a timer is due again while its signal is taken', () => {
  const places: Place[] = [
    ['thread', 'posix_timer_fn'],
    ['leader', 'collect_signal', 'const goes_on'],
  ];
  test.each(OLD)('%s', (profile) => {
    expect(held('timer-due-while-taken', profile, ...places)).toEqual(['timer-signal-changed-while-queued']);
  });
  test('linux-6', () => expect(held('timer-due-while-taken', 'linux-6', ...places)).toEqual([]));
});

describe('B72: a timer is deleted while it is looked for', () => {
  const places: Place[] = [
    ['leader', 'forget_process'],
    ['thread', 'is_ours'],
  ];
  test.each(OLD)('%s', (profile) => {
    expect(held('timer-looked-for', profile, ...places)).toEqual(['timer-freed-while-looked-for']);
  });
  test('linux-6', () => expect(held('timer-looked-for', 'linux-6', ...places)).toEqual([]));
});

describe('B10: exec of another thread than the leader, and a tick between the two', () => {
  test.each([
    ['desai-2005', true],
    ['linux-2.6.16', false],
    ['linux-6', false],
  ] as const)('%s', { timeout: 120_000 }, (profile, shows) => {
    const image = imageOf(targetOf('p', programText('timer-meets-exec', profile)));
    const subject = new KernelSubject(kernel, image, image.cpus, { ticks: 'each:2' });
    const found = shown(subject, new RandomWalk(5), shows ? 250 : 60);
    // Of the leader itself init is to collect it (B11).
    found.delete('old-leader-collected-twice');
    expect([...found]).toEqual(shows ? ['timer-meets-released-leader'] : []);
  });
});

describe('B06: the lock that a queued signal remembers', () => {
  const { body } = smallScenarios.find(({ name }) => name === 'timer-meets-unshare') ?? expect.fail('no such scenario');
  const found = (profile: ProfileName): string[] => {
    const subject = subjectOfText(smallProgram({ name: '', about: '', body }, profile));
    return [...shown(subject, new Hold(subject), 1)];
  };
  test('is freed with the handlers that unshare has changed', () => {
    expect(found('desai-2005')).toContain('use-after-free: write to freed sighand_struct in unqueue_2_6');
  });
  test.each(['linux-2.6.16', 'linux-6'] as const)('%s does not change them', (profile) => {
    expect(found(profile)).toEqual([]);
  });
});

test('linux-6 is clean when threads do everything to each other and time comes in between', () => {
  const text = programText('timer-storm').replace('repeat 60', 'repeat 1').replace('cpus 4', 'cpus 3');
  const image = imageOf(targetOf('p', text));
  const subject = new KernelSubject(kernel, image, image.cpus, { ticks: 'each:3' });
  expect([...shown(subject, new RandomWalk(1), 20)]).toEqual([]);
}, 120_000);
