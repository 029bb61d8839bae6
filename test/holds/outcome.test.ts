/** What may be said of the command's document: never more than it says, and nothing of a search that did not do its work. */
import { expect, test } from 'vitest';
import { outcomeOf } from '../../dist/src/holds/outcome.js';

const target = { executions: 9, bounded: 0, end: 'exhausted' };
const document = {
  bugs: [] as object[],
  executions: 9,
  complete: true,
  interrupted: false,
  left: 0,
  covers: { summary: 'PROVED' },
  shortfall: null as object | null,
  targets: [target] as object[],
  text: 'the report\n',
};
const bug = { title: 'assert: no', kind: 'assert', recording: 'a.rec', replay: 'tasklock replay a.rec' };
const cut = { kind: 'cut', why: 'why not', next: 'more' };
const sample = { kind: 'sample', why: 'a sample', next: 'more' };
const size = { beyond: false, scenarios: 3, begun: 3 };

const outcome = (code: number | null, changes: object, stderr = ''): object =>
  outcomeOf('a.ts', { code, stdout: JSON.stringify({ ...document, ...changes }), stderr });

test.for<[string, number, object, object]>([
  ['a proof', 0, {}, { holds: true, proof: true }],
  ['a sample', 0, { complete: false, shortfall: sample }, { holds: true, proof: false }],
  [
    'all there was time for',
    3,
    { complete: false, shortfall: cut, targets: [{ ...target, end: 'duration' }] },
    { holds: true, proof: false },
  ],
  [
    'what is beyond the size that was asked for',
    3,
    {
      complete: false,
      shortfall: cut,
      targets: [
        { ...target, size },
        { ...target, size: { ...size, beyond: true, begun: 0 } },
      ],
    },
    { holds: true, proof: false },
  ],
  ['a bug', 1, { bugs: [bug], complete: false }, { holds: false, proof: false, bugs: [bug] }],
  ['a bug of a search that tried everything', 1, { bugs: [bug] }, { holds: false, proof: false }],
  ['a known finding that counts', 1, {}, { holds: false, proof: false }],
])('%s', ([, code, changes, expected]) => {
  expect(outcome(code, changes)).toMatchObject({ name: 'a.ts', text: 'the report\n', ...expected });
});

test.for<[string, number | null, object, string, string]>([
  ['interrupted', 130, { interrupted: true }, 'tasklock: interrupted\n', 'a.ts: interrupted'],
  ['no sign of life', 3, { interrupted: true }, 'tasklock: note\ntasklock: no sign\n', 'a.ts: no sign'],
  ['interrupted with a bug', 1, { interrupted: true, bugs: [bug] }, '', 'a.ts: interrupted\n\nthe report\n'],
  ['a defect of ours', 70, {}, 'tasklock: internal error\n', 'a.ts: internal error'],
  ['a defect and a bug', 70, { bugs: [bug] }, 'tasklock: a.ts: lost\n', 'a.ts: lost\n\nthe report\n'],
  ['wrong usage', 2, {}, 'tasklock: --jobs is not for it\n', 'a.ts: --jobs is not for it'],
  ['killed', null, {}, '', 'a.ts: interrupted'],
  ['no report', 0, { text: undefined }, '', 'a.ts: interrupted'],
  [
    'nothing was executed',
    3,
    { shortfall: cut, targets: [{ ...target, executions: 0 }] },
    '',
    'a.ts: nothing can be said: why not (more)',
  ],
  [
    'an execution that met the bound',
    3,
    { shortfall: cut, targets: [{ ...target, bounded: 1 }] },
    '',
    'a.ts: nothing can be said: why not (more)',
  ],
  [
    'scenarios that were not begun',
    3,
    { shortfall: cut, targets: [{ ...target, size: { ...size, begun: 2 } }] },
    '',
    'a.ts: nothing can be said: why not (more)',
  ],
  ['targets that were not begun', 3, { shortfall: cut, left: 1 }, '', 'a.ts: nothing can be said: why not (more)'],
  ['no targets', 3, { shortfall: cut, targets: [] }, '', 'a.ts: nothing can be said: why not (more)'],
  [
    'stopped',
    3,
    { shortfall: cut, targets: [{ ...target, end: 'stopped' }] },
    '',
    'a.ts: nothing can be said: why not (more)',
  ],
])('nothing is said: %s', ([, code, changes, stderr, message]) => {
  expect(() => outcome(code, changes, stderr)).toThrowError(expect.objectContaining({ name: 'HoldsError', message }));
});

test('what prints no document has no result', () => {
  for (const stdout of ['', 'half of {', '{}', 'null']) {
    expect(() => outcomeOf('a.ts', { code: 0, stdout, stderr: '' })).toThrow('a.ts: interrupted');
  }
});

test('what the report holds of others is shown, not obeyed', () => {
  expect(outcome(0, { text: 'a\u001b[2Jb\n' })).toMatchObject({ text: 'a\\u001b[2Jb\n' });
});
