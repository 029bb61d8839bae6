import { describe, expect, test } from 'vitest';
import { decodeToken, encodeToken, looksLikeToken } from '../../dist/src/recording/token.js';
import { problemOf } from '../support/recording-damage.ts';
import { sample } from '../support/recording-sample.ts';

const token = encodeToken(sample);
const wrapped = (width: number, between: string): string =>
  token.replaceAll(new RegExp(`.{${width}}`, 'g'), `$&${between}`);

describe('a token is read however it was quoted', () => {
  test.each([
    ['as it is', token],
    ['with spaces around', `  \n${token}\n`],
    ['in quotes', `"${token}"`],
    ['in backticks, with a full stop', `\`${token}\`.`],
    ['wrapped', wrapped(76, '\n')],
    ['wrapped and indented', `    ${wrapped(70, '\r\n    ')}`],
    ['quoted in mail', `> ${wrapped(60, '\n> ')}`],
    ['quoted twice', `> > ${wrapped(60, '\n> > ')}`],
    ['in angle brackets', `<${token}>`],
  ])('%s', (_how, text) => {
    expect(looksLikeToken(text)).toBe(true);
    expect(decodeToken(text)).toEqual(sample);
  });
});

test('a token is one line of characters that need no quoting in a shell', () => {
  expect(token).toMatch(/^TL1\.[\w-]+$/);
  expect(token.length).toBeLessThan(450);
});

test('what ends in an underscore or minus keeps it', () => {
  // Among some seeds there are tokens that end in either.
  const ends = new Set<string>();
  for (let seed = 0; seed < 500; seed++) {
    const one = encodeToken({ ...sample, seed: seed * 7_919_101 });
    ends.add(one.at(-1) ?? '');
    expect(decodeToken(`"${one}"`).seed).toBe(seed * 7_919_101);
  }
  expect([...ends].some((end) => end === '_' || end === '-')).toBe(true);
});

describe('every text that is no usable token gets its own line', () => {
  test.each([
    [
      'another text',
      'hello there',
      'foreign',
      'this is no token of a recording: expected TL1.… to TL6.…, found "hellothere"',
    ],
    [
      'a newer one',
      'TL7.abcd',
      'newer',
      'the token was made by a newer tasklock (format 7); this one reads formats 1 to 6: install that version',
    ],
    [
      'an older one',
      'TL0.abcd',
      'older',
      'the token was made by an older tasklock (format 0); this one reads formats 1 to 6: record the bug again',
    ],
    [
      'a stray character',
      `${token.slice(0, 30)}%${token.slice(31)}`,
      'damaged',
      'the token is damaged: "%" at character 31 is none of a token; copy it again from where it came',
    ],
    [
      'shortened in the middle',
      `${token.slice(0, 30)}…${token.slice(60)}`,
      'damaged',
      'the token is damaged: "…" at character 31 is none of a token; copy it again from where it came',
    ],
    [
      'cut off',
      token.slice(0, 100),
      'cut',
      'the token is cut off: it has 72 of its 282 bytes; copy it again from where it came',
    ],
    [
      'another case',
      token.toLowerCase().replace('tl1', 'TL1'),
      'foreign',
      'the token is no recording of tasklock: it is binary data of another program',
    ],
    [
      'another base64',
      `TL1.${Buffer.from('{"a": 1}').toString('base64url')}`,
      'foreign',
      'the token is no recording of tasklock: it is JSON',
    ],
  ])('%s', (_what, text, problem, message) => {
    expect(problemOf(() => decodeToken(text))).toEqual({ problem, message });
  });

  test('one changed character', () => {
    const middle = token[150] === 'A' ? 'B' : 'A';
    const { problem } = problemOf(() => decodeToken(token.slice(0, 150) + middle + token.slice(151)));
    expect(problem).toBe('damaged');
  });
});
