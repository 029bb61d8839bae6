import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording, writeRecording } from '../../dist/src/recording/file.js';
import { encodeRecording, type Recording } from '../../dist/src/recording/format.js';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';
import { recorded } from '../support/recorded.ts';
import { sample } from '../support/recording-sample.ts';

interface Found {
  readonly title: string;
  readonly recording: string;
  readonly token: string;
  readonly finalHash: string;
  readonly replay: string;
  readonly switches: number;
  readonly step: number;
}

let directory = '';
let found: Found;
let recording: Recording;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tasklock-'));
  const module = inRepository('examples/pointer-swap-lockless.ts');
  const args = [
    'explore',
    module,
    '--strategy',
    'random',
    '--seed',
    '3',
    '--executions',
    '2000',
    '--no-minimize',
    '--json',
    '--quiet',
  ];
  const { stdout } = await tasklock([...args, '--out', directory]);
  found = (JSON.parse(stdout) as { bugs: Found[] }).bugs[0] as Found;
  recording = readRecording(found.recording);
});
afterAll(() => rmSync(directory, { recursive: true }));

const saved = (name: string, bytes: Uint8Array): string => {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
};

describe('replay', () => {
  test('the printed line ends in the same bug and the same state', async () => {
    const { code, stdout, stderr } = await tasklock([...found.replay.split(' ').slice(1), '--json']);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    const { seconds, ...result } = JSON.parse(stdout);
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(result).toMatchObject({
      schema: 'tasklock.replay/1',
      command: 'replay',
      scenario: recording.subject.name,
      profile: null,
      mutant: null,
      model: 'sc',
      cpus: 4,
      seed: 3,
      verdict: 'bug',
      known: [],
      executions: 1,
      steps: found.step,
      syscalls: 0,
      complete: false,
      finalHash: found.finalHash,
      switches: found.switches,
      divergence: null,
      recorded: { sameBuild: true, finalHash: found.finalHash },
    });
    expect(result.identity).toMatchObject({
      build: recording.buildId,
      subjects: [{ kind: 'module', hash: expect.stringMatching(/^[0-9a-f]{32}$/), cpus: 4 }],
    });
    expect(result.bugs).toHaveLength(1);
    expect(result.bugs[0]).toMatchObject({
      title: found.title,
      kind: 'assert',
      function: 'reader',
      recording: found.recording,
    });
  });

  test('a token does the same, and the text says so', async () => {
    const { code, stdout } = await shared(['replay', found.token]);
    expect(code).toBe(1);
    expect(stdout).toContain(`BUG: ${found.title}`);
    expect(stdout).toContain(`interleaving with ${found.switches} context switches:`);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      `REPRODUCED: the same bug, ${found.step} steps to the same final state ${found.finalHash}`,
    );
  });

  test('another interleaving diverges', async () => {
    const { decisions } = recording;
    const never = decisions.with(decisions.length - 1, decisions.at(-1) === 0 ? 1 : 0);
    const path = saved('other.rec', encodeRecording({ ...recording, decisions: Uint16Array.of(...never, ...never) }));
    const text = await shared(['replay', path]);
    expect(text.code).toBe(4);
    expect(text.stdout).toMatch(/^DIVERGED: at step \d+ of \d+\n {2}expected {2}.+\n {2}seen {6}.+\n/m);
    const json = await shared(['replay', path, '--json']);
    expect(json.code).toBe(4);
    const { verdict, divergence } = JSON.parse(json.stdout);
    expect(verdict).toBe('inconclusive');
    expect(Object.keys(divergence)).toEqual(['step', 'expected', 'seen']);
  });

  test('a recording of another build says so when it diverges', async () => {
    const other = { ...recording, finalHash: '0123456789abcdef', buildId: 'fedcba9876543210', tasklock: '0.0.9' };
    const { code, stdout } = await shared(['replay', writeRecording(other, directory)]);
    expect(code).toBe(4);
    expect(stdout).toContain('  expected  final state 0123456789abcdef\n');
    expect(stdout).toContain('the recording was made by build fedcba9876543210 of tasklock 0.0.9, this is build ');
  });
});

const traceOf = async (...more: string[]): Promise<string[]> => {
  const { stdout } = await shared(['replay', found.token, '--trace', ...more]);
  return stdout.slice(0, stdout.indexOf('\n\n')).split('\n');
};

describe('a trace', () => {
  test('has a line for each step, of 80 columns at most, with the values before and after', async () => {
    const all = await traceOf();
    expect(all.map((line) => Number.parseInt(line, 10))).toEqual(all.map((_, i) => i + 1));
    expect(all).toHaveLength(found.step);
    for (const line of all) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toMatch(/^ *\d+ {2}CPU#\d {2}\S.* {2}\w+:\d+$/);
    }
    expect(all.join('\n')).toMatch(/ \S+ = \S+ \(was \S+\)/);
    const part = await traceOf('--from', '3', '--to', '9', '--cpu', '1');
    expect(part).toEqual(
      all
        .slice(2, 9)
        .filter((line) => line.includes('CPU#1'))
        .map((line) => line.trimStart()),
    );
  });

  test('in JSON the same moves', async () => {
    const { stdout } = await shared(['replay', found.token, '--trace', '--to', '5', '--json']);
    expect(JSON.parse(stdout).trace.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([
    [['--from', '3'], '--from is for --trace'],
    [['--trace', '--from', '9', '--to', '3'], '--to 3 comes before --from 9'],
    [['--trace', '--cpu', '4'], '--cpu takes the number of a CPU, 0 to 3, not "4"'],
    [['--trace', '--to', 'x'], '--to takes a whole number of 1 or more, not "x"'],
  ])('%j: %s', async (flags, trouble) => {
    const { code, stderr } = await shared(['replay', found.token, ...flags]);
    expect([code, stderr]).toEqual([2, `tasklock: ${trouble}\n`]);
  });
});

describe('what cannot be replayed', () => {
  test.each<[string, () => string, RegExp]>([
    ['no file', () => join(directory, 'no.rec'), /there is no file .*no\.rec, and it is no token \(TL1\.…\)$/],
    ['a module', () => inRepository('examples/pointer-swap.ts'), /is no recording of tasklock: it is a text$/],
    [
      'a cut file',
      () => saved('cut.rec', readFileSync(found.recording).subarray(0, 90)),
      /is cut off: it has 90 of its \d+ bytes; copy it/,
    ],
    [
      'a damaged file',
      () => saved('bad.rec', readFileSync(found.recording).fill(0, 30, 34)),
      /is damaged: its checksum is wrong; copy it again/,
    ],
    ['a cut token', () => found.token.slice(0, -9), /^tasklock: the token is cut off: it has \d+ of its \d+ bytes; /],
    ['a newer token', () => found.token.replace('TL1', 'TL9'), /made by a newer tasklock \(format 9\)/],
    [
      'tso',
      () => saved('tso.rec', encodeRecording({ ...recording, model: 'tso' })),
      /tso\.rec cannot be replayed here: it was recorded under memory model tso/,
    ],
    [
      'a mutant',
      () => saved('mut.rec', encodeRecording({ ...sample, mutant: 'x' })),
      /mut\.rec cannot be replayed here: it was recorded with mutant x/,
    ],
    ['a checker', () => saved('chk.rec', encodeRecording({ ...recording, checkers: ['x'] })), /there is no checker x$/],
    [
      'a bad program',
      () =>
        saved(
          'prg.rec',
          encodeRecording({ ...sample, checkers: [], subject: { kind: 'scenario', name: 'x.prog', text: 'task' } }),
        ),
      /x\.prog:1:5: /,
    ],
    [
      'a bad module',
      () =>
        saved(
          'mod.rec',
          encodeRecording({
            ...recording,
            subject: { kind: 'module', name: 'x.ts', text: 'export const a = 1;', settings: {} },
          }),
        ),
      /x\.ts/,
    ],
  ])('%s', async (_what, argument, message) => {
    const { code, stdout, stderr } = await shared(['replay', argument()]);
    expect(stdout).toBe('');
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

describe('minimize', () => {
  test('a module: fewer switches, the same bug, a recording that replays', async () => {
    const out = mkdtempSync(join(directory, 'out-'));
    const { code, stdout, stderr } = await shared(['minimize', found.recording, '--out', out, '--json', '--quiet']);
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      schema: 'tasklock.minimize/1',
      command: 'minimize',
      verdict: 'bug',
      from: found.recording,
      before: { switches: found.switches, steps: found.step },
      program: null,
      complete: true,
      interrupted: false,
    });
    // The reader reads, both sharers drop the context, the reader takes it: of the sharers none can be cut in two.
    expect(result.after.switches).toBe(3);
    expect(result.bugs[0].title).toBe(found.title);
    expect(readdirSync(out)).toHaveLength(1);
    const again = await shared([...result.bugs[0].replay.split(' ').slice(1), '--json']);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({
      switches: 3,
      finalHash: result.bugs[0].finalHash,
      divergence: null,
    });
    const token = await shared(['replay', result.bugs[0].token]);
    expect(token.code).toBe(1);
  });

  test('a scenario: a smaller program too, and the text tells before and after', async () => {
    const args = [
      'explore',
      'mm-peer-exits',
      '--profile',
      'desai-2005',
      '--strategy',
      'random',
      '--executions',
      '40',
      '--no-minimize',
      '--checkers',
      'none',
    ];
    const { stdout: json } = await shared([...args, '--seed', '7', '--out', directory, '--json', '--quiet']);
    const { bugs } = JSON.parse(json) as { bugs: Found[] };
    const bug = bugs.find(({ title }) => title.startsWith('use-after-free: reference taken on a freed object'));
    expect(bug?.switches).toBeGreaterThan(100);
    const { code, stdout } = await shared([
      'minimize',
      bug?.recording ?? '',
      '--out',
      directory,
      '--quiet',
      '--executions',
      '400',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'program:\n  profile desai-2005\n  cpus 1\n  task owner uid 1000:\n      unshare(VM|NEWNS)\n',
    );
    expect(stdout).toMatch(/^switches +\d+ +0$/m);
    expect(stdout).toMatch(/^tasks +2 +1$/m);
    expect(stdout).toMatch(/^calls +4 +1$/m);
    expect(stdout).toContain('interleaving with 0 context switches:');
    const line = stdout.trimEnd().split('\n').at(-1) ?? '';
    const again = await shared(line.split(' ').slice(1));
    expect(again.code).toBe(1);
    expect(again.stdout).toContain(`BUG: ${bug?.title}`);
  });

  test('a module that chooses: the values, too, and the text tells before and after', async () => {
    const token = recorded.find(({ format }) => format === 3)?.token.replaceAll(/\s/g, '') ?? '';
    const out = mkdtempSync(join(directory, 'out-'));
    const { code, stdout } = await tasklock(['minimize', token, '--out', out, '--quiet']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^switches +3 +1$/m);
    expect(stdout).toMatch(/^values +5 +2$/m);
    expect(stdout).toContain('  chooses 2 of 5            opener:8 ');
    const json = await shared(['minimize', token, '--out', out, '--json', '--quiet']);
    const { before, after, bugs, passes } = JSON.parse(json.stdout);
    expect({ before, after }).toMatchObject({ before: { switches: 3, values: 5 }, after: { switches: 1, values: 2 } });
    expect(bugs[0].token).toMatch(/^TL3\./);
    expect(passes.map(({ name }: { name: string }) => name)).toContain('lower values');
    const again = await shared(['replay', bugs[0].token, '--json']);
    expect(again.code).toBe(1);
    const replayed = JSON.parse(again.stdout);
    expect(replayed.bugs[0].interleaving).toEqual(bugs[0].interleaving);
    expect(replayed.bugs[0].interleaving).toContainEqual(expect.objectContaining({ move: 'choice', value: 2, of: 5 }));
  });

  test('nothing to minimise', async () => {
    const path = saved('pass.rec', encodeRecording({ ...recording, verdict: null }));
    const { code, stderr } = await shared(['minimize', path]);
    expect(code).toBe(2);
    expect(stderr).toBe(`tasklock: ${path} records an execution in which nothing was wrong: nothing to minimise\n`);
  });

  test('a recording that diverges', async () => {
    const path = saved('hash.rec', encodeRecording({ ...recording, finalHash: '0123456789abcdef' }));
    const { code, stdout } = await shared(['minimize', path, '--quiet']);
    expect(code).toBe(4);
    expect(stdout).toContain(`DIVERGED: after all ${recording.decisions.length} steps`);
  });
});
