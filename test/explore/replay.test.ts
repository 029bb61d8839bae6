/** Recordings of modules and of kernel scenarios replay equal, and what does not is told step by step. */
import { beforeAll, describe, expect, test } from 'vitest';
import { recordedTarget } from '../../dist/src/explore/replay/recorded-target.js';
import { recordingOf } from '../../dist/src/explore/search/record.js';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { reproduce } from '../../dist/src/explore/run/reproduce.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { Moves } from '../../dist/src/stepped/moves.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { moduleTarget, scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { decodeRecording, encodeRecording, type Recording } from '../../dist/src/recording/format.js';
import { decodeToken, encodeToken } from '../../dist/src/recording/token.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { choiceOf } from '../../dist/src/stepped/move.js';
import { inRepository } from '../support/cli-process.ts';
import { recorded } from '../support/recorded.ts';

function optionsOf(target: Target, seed: number): ExploreOptions {
  const numbers = { depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 1 };
  return { target, strategy: 'random', seed, checkers: [], ...numbers };
}

/** Random walk number `index` as a recording, of its first bug if it has one. */
function recordWalk(target: Target, subject: Subject, seed: number, index: number): Recording {
  const runner = new Runner(subject, []);
  const outcome = runner.run(new RandomWalk(seed), index);
  const bug = outcome?.bugs[0];
  const decisions = runner.decisions.slice(0, bug?.step ?? outcome?.steps ?? 0);
  const { finalHash } = reproduce(subject, [], decisions, true);
  return recordingOf(optionsOf(target, seed), subject, { bug, decisions, finalHash });
}

const scenario = (name: string): Target => {
  const found = smallScenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return scenarioTarget(name, smallProgram(found, 'desai-2005'));
};

describe('recordings replay equal', () => {
  test('a thousand of a module, through file and token', async () => {
    const target = await moduleTarget(inRepository('examples/pointer-swap-lockless.ts'), new Map());
    const subject = await subjectOf(target);
    const again = await subjectOf(recordedTarget(recordWalk(target, subject, 5, 0)));
    let bugs = 0;
    for (let index = 0; index < 1000; index++) {
      const recording = recordWalk(target, subject, 5, index);
      const bytes = encodeRecording(recording);
      const read = index % 2 === 0 ? decodeRecording(bytes, 'x.rec') : decodeToken(encodeToken(recording));
      const replayed = replay(again, read);
      expect(replayed.divergence).toBe(undefined);
      expect(replayed.finalHash).toBe(recording.finalHash);
      expect(replayed.bug?.title).toBe(recording.verdict?.title);
      expect(bytes.length).toBeLessThan(1024);
      if (recording.verdict !== null) bugs++;
    }
    // A random walk shows the bug about once in 79 times with two readers.
    expect(bugs).toBeGreaterThan(0);
    expect(bugs).toBeLessThan(100);
  });

  test.each(['mm-peer-exits', 'two-unshare-mm', 'namespace-peer-exits', 'exit-meets-wait'])('of %s', async (name) => {
    const target = scenario(name);
    const subject = await subjectOf(target);
    for (let index = 0; index < 10; index++) {
      const recording = recordWalk(target, subject, 3, index);
      const read = decodeRecording(encodeRecording(recording), 'x.rec');
      const replayed = replay(await subjectOf(recordedTarget(read)), read);
      expect(replayed.divergence).toBe(undefined);
      expect(replayed.finalHash).toBe(recording.finalHash);
      expect(replayed.bug?.title).toBe(recording.verdict?.title);
      expect(encodeRecording(recording).length).toBeLessThan(1024);
    }
  });
});

describe('recordings of every format replay for ever', () => {
  test.each(recorded)('format $format, $what', async ({ format, title, steps, finalHash, token }) => {
    const recording = decodeToken(token);
    expect(encodeRecording(recording)[8]).toBe(format);
    expect(recording).toMatchObject({ verdict: { title }, finalHash });
    const replayed = replay(await subjectOf(recordedTarget(recording)), recording);
    expect(replayed).toMatchObject({ divergence: undefined, bug: { title }, steps, finalHash });
  });
});

describe('a divergence names step, expected and seen', () => {
  let recording: Recording;
  let subject: Subject;
  beforeAll(async () => {
    const target = await moduleTarget(inRepository('examples/pointer-swap-lockless.ts'), new Map());
    subject = await subjectOf(target);
    // CPU 0 swaps the pointer and drops the old context, CPU 1 exits, the readers find it all done.
    const runner = new Runner(subject, []);
    const inOrder = { begin: () => true, choose: (moves: Moves) => moves.first() };
    const walk = new RandomWalk(1);
    const outcome = runner.run({ ...inOrder, end: () => true, exhausted: false, facts: () => walk.facts() }, 0);
    const decisions = runner.decisions.slice(0, outcome?.steps);
    const { finalHash } = reproduce(subject, [], decisions, true);
    recording = recordingOf(optionsOf(target, 1), subject, { bug: undefined, decisions, finalHash });
    expect(recording.verdict).toBe(null);
    expect(replay(subject, recording).divergence).toBe(undefined);
  });
  const divergenceOf = (change: Partial<Recording>) => replay(subject, { ...recording, ...change }).divergence;

  test('a step of a CPU that is done', () => {
    const decisions = recording.decisions.map((cpu, i) => (i === recording.decisions.length - 1 ? 0 : cpu));
    const step = decisions.length;
    expect(divergenceOf({ decisions })).toEqual({
      step,
      expected: 'a step of CPU#0',
      seen: 'CPU#0 is done; CPU#3 can step',
    });
  });

  test('a step of a CPU that waits', async () => {
    const text = `import { arch_spin_lock, arch_spin_unlock, store } from 'tasklock/bus';
export function setup(): void {
  store(4096, 1);
}
function locker(): void {
  arch_spin_lock(4096);
  arch_spin_unlock(4096);
}
export const cpus = [locker, locker];
`;
    const target: Target = { kind: 'module', name: 'two.ts', path: 'two.ts', text, settings: {} };
    const two = await subjectOf(target);
    const { finalHash } = reproduce(two, [], Uint16Array.of(0, 0, 1, 1), true);
    const whole = recordingOf(optionsOf(target, 1), two, {
      bug: undefined,
      decisions: Uint16Array.of(0, 0, 1, 1),
      finalHash,
    });
    expect(replay(two, whole).divergence).toBe(undefined);
    expect(replay(two, { ...whole, decisions: Uint16Array.of(0, 1, 0, 1) }).divergence).toEqual({
      step: 2,
      expected: 'a step of CPU#1',
      seen: 'CPU#1 waits in locker (two.ts:6); CPU#0 can step',
    });
  });

  test('a choice that is not there, or is another', async () => {
    const text = `import { choose, store } from 'tasklock/bus';
const chooser = (): void => { if (choose(3) > 0) store(4096, 1); };
export const cpus = [chooser, chooser];
`;
    const target: Target = { kind: 'module', name: 'two.ts', path: 'two.ts', text, settings: {}, mutant: null };
    const two = await subjectOf(target);
    const decisions = Uint16Array.of(choiceOf(0, 0), choiceOf(1, 2), 1);
    const { finalHash } = reproduce(two, [], decisions, true);
    const whole = recordingOf(optionsOf(target, 1), two, { bug: undefined, decisions, finalHash });
    const otherwise = (...moves: number[]) => {
      const changed = encodeRecording({ ...whole, decisions: Uint16Array.of(...moves) });
      return replay(two, decodeRecording(changed, 'x.rec')).divergence;
    };
    expect(otherwise(...decisions)).toBe(undefined);
    expect(otherwise(0, choiceOf(1, 2), 1)).toEqual({
      step: 1,
      expected: 'a step of CPU#0',
      seen: 'CPU#0 chooses among 3 values in chooser (two.ts:2); CPU#0, CPU#1 can step',
    });
    expect(otherwise(choiceOf(0, 3))).toEqual({
      step: 1,
      expected: 'the choice of 3 by CPU#0',
      seen: 'CPU#0 chooses among 3 values in chooser (two.ts:2); CPU#0, CPU#1 can step',
    });
    expect(otherwise(choiceOf(0, 1), choiceOf(0, 1))).toEqual({
      step: 2,
      expected: 'the choice of 1 by CPU#0',
      seen: 'CPU#0 chooses nothing in chooser (two.ts:2); CPU#0, CPU#1 can step',
    });
    expect(otherwise(choiceOf(0, 0), choiceOf(0, 0))).toEqual({
      step: 2,
      expected: 'the choice of 0 by CPU#0',
      seen: 'CPU#0 is done; CPU#1 can step',
    });
    expect(otherwise(choiceOf(0, 0), choiceOf(1, 0), 1)).toMatchObject({
      step: 3,
      seen: 'the end of the execution: nothing wrong',
    });
  });

  test('an execution that ends early', () => {
    const decisions = Uint16Array.of(...recording.decisions, 0, 0);
    const step = decisions.length - 1;
    const seen = 'the end of the execution: nothing wrong';
    expect(divergenceOf({ decisions })).toEqual({ step, expected: `${decisions.length} steps`, seen });
  });

  test('another final state', () => {
    const finalHash = '0123456789abcdef';
    const step = recording.decisions.length + 1;
    const seen = `final state ${recording.finalHash}`;
    expect(divergenceOf({ finalHash })).toEqual({ step, expected: `final state ${finalHash}`, seen });
  });

  test('a bug that is not there', () => {
    const verdict = { title: 'assert: a reader met a freed context in reader', kind: 'assert' } as const;
    const step = recording.decisions.length + 1;
    expect(divergenceOf({ verdict })).toEqual({ step, expected: verdict.title, seen: 'nothing wrong' });
  });

  test('a bug that was not there', async () => {
    let index = 0;
    const target = recordedTarget(recording);
    let buggy = recordWalk(target, subject, 5, index);
    while (buggy.verdict === null) buggy = recordWalk(target, subject, 5, ++index);
    const step = buggy.decisions.length + 1;
    const seen = 'assert: a reader met a freed context in reader';
    expect(replay(subject, { ...buggy, verdict: null }).divergence).toEqual({ step, expected: 'nothing wrong', seen });
  });
});
