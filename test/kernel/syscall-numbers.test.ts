import { expect, test } from 'vitest';
import * as numbers from '../../dist/src/kernel/syscall-numbers.js';

test('every system call has a name for reports', () => {
  const calls = Object.entries(numbers).filter(([name]) => name.startsWith('NR_'));
  expect(calls.length).toBeGreaterThan(30);
  expect(calls.filter(([, nr]) => numbers.syscallNames[nr as number] === undefined)).toEqual([]);
});
