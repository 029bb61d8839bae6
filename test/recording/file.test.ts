import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecording, writeRecording } from '../../dist/src/recording/file.js';
import { encodeRecording } from '../../dist/src/recording/format.js';
import { encodeToken } from '../../dist/src/recording/token.js';
import { problemOf } from '../support/recording-damage.ts';
import { sample } from '../support/recording-sample.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tasklock-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a file is named after the kind of bug and its content, and read back', () => {
  const path = writeRecording(sample, directory);
  expect(path.slice(directory.length)).toMatch(/^\/isolation-[0-9a-f]{8}\.rec$/);
  expect(readRecording(path)).toEqual(sample);
  expect(readdirSync(directory)).toHaveLength(1);
});

test('that of a passing execution says so', () => {
  expect(writeRecording({ ...sample, verdict: null }, directory)).toMatch(/\/pass-[0-9a-f]{8}\.rec$/);
});

test('the same recording is written once, another one beside it', () => {
  const path = writeRecording(sample, directory);
  const written = statSync(path).mtimeNs;
  expect(writeRecording(sample, directory)).toBe(path);
  expect(statSync(path).mtimeNs).toBe(written);
  expect(writeRecording({ ...sample, seed: 5 }, directory)).not.toBe(path);
  expect(readdirSync(directory)).toHaveLength(2);
});

test('a file with other content is never replaced', () => {
  const path = writeRecording(sample, directory);
  writeFileSync(path, 'mine');
  const other = writeRecording(sample, directory);
  expect(readFileSync(path, 'utf8')).toBe('mine');
  expect(other).not.toBe(path);
  expect(readRecording(other)).toEqual(sample);
});

test('a token is read from the command line and from a text file', () => {
  const token = encodeToken(sample);
  expect(readRecording(token)).toEqual(sample);
  const path = join(directory, 'mail.txt');
  writeFileSync(path, `\n  ${token.replaceAll(/.{70}/g, '$&\n  ')}\n`);
  expect(readRecording(path)).toEqual(sample);
});

test('what cannot be read says so', () => {
  const missing = join(directory, 'no.rec');
  expect(problemOf(() => readRecording(missing)).message).toBe(
    `there is no file ${missing}, and it is no token (TL1.…)`,
  );
  mkdirSync(missing);
  expect(problemOf(() => readRecording(missing))).toEqual({ problem: 'missing', message: `${missing} is not a file` });
  const cut = join(directory, 'cut.rec');
  writeFileSync(cut, encodeRecording(sample).subarray(0, 40));
  expect(problemOf(() => readRecording(cut)).problem).toBe('cut');
  const large = join(directory, 'large.rec');
  writeFileSync(large, '');
  const message = `${large} is no recording of tasklock: it is empty`;
  expect(problemOf(() => readRecording(large))).toEqual({ problem: 'foreign', message });
});
