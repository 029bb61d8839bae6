import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { forbidden } from '../../dist/src/check/observers/lock-rules.js';
import * as locks from '../../dist/src/kernel/locks.js';

const { lockOrder, lockClassNames } = locks;
const classes = Object.entries(locks).filter(([name]) => name.startsWith('LOCK_'));
const rank = (number: number): number => lockOrder.findIndex((one) => one.number === number);

test('the order holds every class once, and no other', () => {
  const numbers = lockOrder.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(classes.map(([, number]) => number).sort((a, b) => Number(a) - Number(b)));
  expect(numbers).toEqual(lockOrder.map((_, i) => i + 1));
  expect(new Set(lockOrder.map(({ name }) => name)).size).toBe(lockOrder.length);
  for (const { number, name } of lockOrder) expect(lockClassNames[number]).toBe(name);
});

test('every class is given to locks somewhere in the kernel', () => {
  const folder = new URL('../../src/kernel/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'locks.ts');
  const text = files
    .map((name) => readFileSync(new URL(name, folder), 'utf8').replaceAll(/^import [^;]*;$/gm, ''))
    .join();
  expect(classes.filter(([name]) => !new RegExp(`\\b${name}\\b`).test(text)).map(([name]) => name)).toEqual([]);
});

test('what a rule forbids goes against the order', () => {
  for (const { held, taken, reason } of forbidden) expect(rank(taken), reason).toBeLessThan(rank(held));
});
