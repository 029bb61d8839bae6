/** Pages that list what there is list all of it: strategies, checkers, kinds of bugs, lock algorithms. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knownFindings } from '../../dist/src/check/evidence/known-findings.js';
import { checkers } from '../../dist/src/check/observers/checkers.js';
import { strategies } from '../../dist/src/explore/strategies/index.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { bugKinds } from '../../dist/src/machine/fault.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import { EXCLUSIVE, FUTEX_STATES, SHARED } from '../support/lock-counts.ts';

const read = (page: string): string => readFileSync(page, 'utf8');
const spaced = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');

test('docs/explore.md and docs/cli.md have every strategy', () => {
  const rows = [...read('docs/explore.md').matchAll(/^\| `([\w-]+)` \| [^|]* \| [^|]*\|$/gm)].map(([, name]) => name);
  const names = strategies.map(({ name }) => name);
  expect(rows.filter((name) => names.includes(name ?? ''))).toEqual(names);
  const [, listed = ''] = /^\| `--strategy S` \| ([^|]*) \|$/m.exec(read('docs/cli.md')) ?? [];
  expect([...listed.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toEqual(names);
});

test('docs/checks.md tells what every checker looks at', () => {
  const told = [...read('docs/checks.md').matchAll(/^\* `([\w-]+)`: /gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(checkers.map(({ name }) => name).sort());
});

test('docs/json.md has every kind of bug', () => {
  const [, listed = ''] = /^`kind` is one of ([^.]*)\./m.exec(read('docs/json.md')) ?? [];
  expect([...listed.matchAll(/`([\w-]+)`/g)].map(([, kind]) => kind)).toEqual(bugKinds);
});

test('docs/locks.md has every lock algorithm, with the executions that are counted', () => {
  const counts = new Map<string, string>();
  for (const [name, one, other] of [...EXCLUSIVE, ...SHARED]) counts.set(name, `${spaced(one)}, ${spaced(other)}`);
  counts.set('futex', `${FUTEX_STATES.map(spaced).join(', ')} states`);
  const rows = locks.map(({ name, title, paper, fifo, parks }) => {
    const cells = [`\`${name}\``, title, paper, fifo ? 'yes' : '', parks ? 'yes' : '', counts.get(name)];
    return `| ${cells.join(' | ')} |`;
  });
  const page = [...read('docs/locks.md').matchAll(/^\| `[\w-]+` \|.*\|$/gm)].map(([row]) => row);
  expect(page).toEqual(rows);
});

test('docs/findings.md tells every known finding, with the kernels that have it', () => {
  const ids = [...new Set(knownFindings.map(({ id }) => id))];
  const told = new Map(
    [...read('docs/findings.md').matchAll(/^## ([\w-]+) \((.*)\)$/gm)].map(([, id, of]) => [id, of]),
  );
  expect([...told.keys()].sort()).toEqual(ids.sort());
  for (const id of ids) {
    const profiles = knownFindings.filter((one) => one.id === id).map(({ profile }) => profile);
    const all = profiles.length === profileNames.length ? 'all profiles' : profiles.join(', ');
    expect(told.get(id), id).toBe(all);
  }
});
