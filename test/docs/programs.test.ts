import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { callNames } from '../../dist/src/scenario/calls.js';
import { callsTable } from '../../dist/src/scenario/calls-table.js';
import {
  actionFlags,
  cloneFlags,
  handlers,
  maskChanges,
  semaphoreFlags,
  signals,
  waitOptions,
} from '../../dist/src/scenario/constants.js';
import { parseProgram } from '../../dist/src/scenario/parser.js';
import { numberFunctions, taskParts, textFunctions } from '../../dist/src/scenario/property.js';

const root = new URL('../../', import.meta.url);
const doc = readFileSync(new URL('docs/programs.md', root), 'utf8');

test('the documentation has the table of calls as it is', () => {
  expect(doc).toContain(callsTable());
  for (const name of callNames) expect(doc).toContain(`\`${name}(`);
});

test('the documentation names every flag, signal, handler, part and question', () => {
  const constants = [cloneFlags, signals, handlers, maskChanges, actionFlags, waitOptions, semaphoreFlags].flatMap(
    (each) => Object.keys(each),
  );
  for (const name of [...constants, ...taskParts]) expect(doc).toContain(`\`${name}\``);
  for (const name of [...textFunctions, ...numberFunctions]) expect(doc).toContain(`${name}(TASK)`);
});

test('the program in the documentation is one', () => {
  const text = /```\n(# two sharers[^`]*)```/.exec(doc)?.[1] ?? '';
  expect(parseProgram(text, 'docs/programs.md').tasks).toHaveLength(3);
});

test.each(readdirSync(new URL('examples/', root)).filter((name) => name.endsWith('.prog')))('examples/%s', (name) => {
  const text = readFileSync(new URL(`examples/${name}`, root), 'utf8');
  const image = assembleText(text, name);
  expect(image.tasks.some((task) => task.started)).toBe(true);
});
