/** `always` and `expect` at every moment of an execution: broken in the middle, held again at the end. */
import { describe, expect, test } from 'vitest';
import { RamFootprints } from '../../dist/src/explore/subject/ram-footprints.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { minimizeDecisions } from '../../dist/src/explore/minimize/minimize.js';
import { recordingOf } from '../../dist/src/explore/search/record.js';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { bugAfter, reproduce } from '../../dist/src/explore/run/reproduce.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { Dpor } from '../../dist/src/explore/strategies/dpor.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import { grownBy, learnWatched } from '../../dist/src/explore/run/watched.js';
import { pt_regs, task_struct } from '../../dist/src/kernel/layout.js';
import { decodeRecording, encodeRecording } from '../../dist/src/recording/format.js';
import { programText, subjectOfText, targetOf, titlesOf, walks } from '../support/programs.ts';

const fixture = (name: string): KernelSubject => subjectOfText(programText(name), name);

describe.each([
  ['always-word', 'assert: not always x == 0 in always-word.prog'],
  ['always-shares', 'assert: not always a shares fs with b in always-shares.prog'],
])('%s, broken in every execution and never at its end', (name, title) => {
  const subject = fixture(name);
  const found = walks(subject, 20);

  test('ends executions at the step that breaks it, once', () => {
    const broken = found.filter(({ bugs }) => bugs.some((bug) => bug.title === title));
    // A task may be gone before the other parts from it.
    expect(broken.length).toBeGreaterThan(name === 'always-word' ? 19 : 9);
    for (const { bugs, steps } of broken) expect(bugs.filter((bug) => bug.step === steps).length).toBe(1);
    expect(titlesOf(subject, found)).toEqual([title]);
  });

  test('does not show one step earlier', () => {
    const one = found.find(({ bugs }) => bugs.length > 0) ?? expect.fail('nothing found');
    expect(reproduce(subject, [], one.decisions.slice(0, one.steps - 1), true).bugs).toEqual([]);
    expect(reproduce(subject, [], one.decisions, true).bugs.map((bug) => bug.title)).toEqual([title]);
  });

  test('is replayed from its recording to the same state, and kept by minimize', async () => {
    const one = found.find(({ bugs }) => bugs.length > 0) ?? expect.fail('nothing found');
    const target = targetOf(name, programText(name));
    const { finalHash, bugs } = reproduce(subject, [], one.decisions, true);
    const numbers = { strategy: 'random', seed: 1, depth: 3, preemptions: 2, first: 0, last: 1 };
    const recording = recordingOf({ target, checkers: [], ...numbers }, subject, {
      bug: bugs[0],
      decisions: one.decisions,
      finalHash,
    });
    const replayed = replay(subject, decodeRecording(encodeRecording(recording), 'x.rec'));
    expect(replayed.divergence).toBe(undefined);
    expect(replayed.bug?.title).toBe(title);
    const again = async (wish: Uint8Array): Promise<Uint8Array | undefined> =>
      bugAfter(subject, [], title, wish)?.decisions;
    const smaller = await minimizeDecisions(one.decisions, again, { budget: 60 });
    expect(smaller?.after.switches).toBeLessThanOrEqual(smaller?.before.switches ?? 0);
  });
});

describe('what holds at every moment', () => {
  test.each(['linux-2.6.16', 'linux-6'] as const)(
    'is not broken by what is half-way through a change: %s',
    (profile) => {
      const subject = subjectOfText(programText('always-clean', profile));
      expect(titlesOf(subject, walks(subject, 30))).toEqual([]);
    },
  );

  test('the same with a cwd that it does not allow for is broken, and says what it was', () => {
    const text = programText('always-clean').replace(' or getcwd(parent) == "/b"', '');
    const bugs = walks(subjectOfText(text), 3).flatMap((one) => one.bugs);
    expect(bugs.map((bug) => bug.title)).toHaveLength(3);
    expect(bugs[0]?.details.join()).toContain('getcwd(parent) is "/b"');
  });

  test('two properties that one step breaks are both told', () => {
    const text = programText('always-word').replace('always x == 0\n', 'always x == 0\nalways x < 1\n');
    const subject = subjectOfText(text);
    expect(titlesOf(subject, walks(subject, 2))).toEqual([
      'assert: not always x < 1 in p.prog',
      'assert: not always x == 0 in p.prog',
    ]);
  });
});

test('an expectation is told at the step at which it fails, whatever becomes of the execution', () => {
  for (const { bugs, steps } of walks(fixture('expect-then-hang'), 5)) {
    const failed = bugs.find((bug) => bug.title === 'assert: expectation of line 6 failed in a');
    expect(failed?.step).toBeLessThan(steps);
    expect(failed?.details.join()).toContain('compared with 77');
    expect(bugs.some((bug) => bug.kind === 'deadlock')).toBe(true);
  }
});

/**
 * The program with each CPU in front of the first statement of its task, to be searched from there until each has
 * performed its two stores: a search of the whole kernel would not come to its end.
 */
function betweenStores(): KernelSubject {
  const subject = fixture('always-both');
  const { machine, view, image } = subject;
  const [a, b] = image.tasks.map((task) => task.entry);
  const eip = (cpu: number): number => {
    const task = subject.task(cpu);
    return task === 0 ? -1 : view.word(task + task_struct.regs + pt_regs.eip);
  };
  const stands = (cpu: number): boolean =>
    (eip(cpu) === a || eip(cpu) === b) && subject.stack(cpu)[0]?.function === 'user_step';
  const isDone = (cpu: number): boolean => subject.stack(cpu).some((frame) => frame.function === 'do_group_exit');
  const rewind = subject.reset.bind(subject);
  const all = machine.moves.bind(machine);
  let searching = false;
  subject.reset = () => {
    searching = false;
    rewind();
    const { listener } = subject;
    subject.listener = undefined;
    for (let cpu = 0; !stands(0) || !stands(1); cpu = 1 - cpu) {
      if (stands(cpu) || !machine.enabled(cpu)) continue;
      subject.beforeStep(cpu);
      machine.step(cpu);
    }
    subject.listener = listener;
    searching = true;
  };
  machine.moves = () => {
    const moves = all();
    for (const cpu of searching ? [0, 1] : []) if (isDone(cpu)) moves.cpus.delete(cpu);
    return moves;
  };
  subject.atEnd = () => [];
  return subject;
}

/** Titles that a strategy finds, and how many executions it has until it ends by itself or at the most. */
function searched(subject: KernelSubject, strategy: Strategy, most: number): { titles: string[]; executions: number } {
  const runner = new Runner(subject, []);
  const titles = new Set<string>();
  let executions = 0;
  for (; executions < most; executions++) {
    const outcome = runner.run(strategy, executions);
    if (outcome === undefined) break;
    for (const bug of outcome.bugs) titles.add(bug.title);
  }
  return { titles: [...titles], executions };
}

const dpor = (subject: KernelSubject, words: ReadonlySet<number>): Strategy =>
  new Dpor(subject.machine, subject.cpus, new RamFootprints(subject.machine, words));

describe('broken only while both tasks are between their stores', () => {
  const title = 'assert: not always x == 0 or y == 0 in always-both.prog';
  test('one preemption finds it, none does not', () => {
    const subject = betweenStores();
    expect(searched(subject, new DepthFirst(0), 100).titles).toEqual([]);
    expect(searched(subject, new DepthFirst(1), 2000).titles).toEqual([title]);
  });

  test('the reduction orders the writes of what the property reads', () => {
    const subject = betweenStores();
    const words = learnWatched(subject);
    subject.watch(words);
    const found = searched(subject, dpor(subject, subject.watched), 5000);
    expect(found.executions).toBeLessThan(5000);
    expect(found.titles).toEqual([title]);
    expect(grownBy(subject, words)).toEqual([]);
  });

  test('which it has to: without, it tries one order of them and misses it', () => {
    const subject = betweenStores();
    const found = searched(subject, dpor(subject, new Set()), 5000);
    expect(found.executions).toBeLessThan(5000);
    expect(found.titles).toEqual([]);
  });
});
