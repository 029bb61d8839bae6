/** What the author of a module calls words of RAM. */
import { expect, test } from 'vitest';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';

const text = `import { store } from 'tasklock/bus';
const LOCK = 0x1000, OFFSET = 8;
const deque = { top: 0x1010, bottom: 0x1014, next: 4 };
const twice = { one: 0x1020, other: 0x1020 };
const FORKS = [0x1030, 0x1034];
function run() { store(deque.top, LOCK); }
export const cpus = [run];
`;

test('constants, members of tables, elements; not two names for one word', async () => {
  const { words } = await loadModuleText('/m.ts', text, new Map());
  expect([...words.words]).toEqual([
    [0x1000, 'LOCK'],
    [0x1010, 'deque.top'],
    [0x1014, 'deque.bottom'],
  ]);
  expect([...words.elements]).toEqual([
    [0x1030, 'FORKS[0]'],
    [0x1034, 'FORKS[1]'],
  ]);
  expect([...words.offsets]).toEqual([[8, ['OFFSET']]]);
});
