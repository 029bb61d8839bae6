/** Text of others on its way out, and files and JSON of others on their way in. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError, readFileBytes, readFileText } from '../../dist/src/base/input.js';
import { parseJson } from '../../dist/src/base/json.js';
import { oneLine, visible } from '../../dist/src/base/visible.js';

describe('text is shown, not obeyed', () => {
  test.each([
    ['colour', '\u001b[31mred', String.raw`\u001b[31mred`],
    ['a control character above 127', '\u009b2J', String.raw`\u009b2J`],
    ['carriage return, tab, bell, delete', '\r\t\u0007\u007f', String.raw`\u000d\u0009\u0007\u007f`],
    ['direction', 'a\u202eb\u2066c\u200fd\u061ce', String.raw`a\u202eb\u2066c\u200fd\u061ce`],
    ['no width', 'a\u200bb\u2060c\ufeffd\u00ade', String.raw`a\u200bb\u2060c\ufeffd\u00ade`],
    ['separators', 'a\u2028b\u2029c', String.raw`a\u2028b\u2029c`],
    ['tags', '\u{e0041}', String.raw`\udb40\udc41`],
    ['half a pair', '\ud83d!', String.raw`\ud83d!`],
    ['what is no harm', 'ä ✓ 🏁 e\u0301\n', 'ä ✓ 🏁 e\u0301\n'],
  ])('%s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('JSON stays the same JSON', () => {
    const value = { a: '\u009b\u202e\u2028\u{e0041}\ud800', b: ['\u001b\n'] };
    expect(JSON.parse(visible(JSON.stringify(value, null, 1)))).toEqual(value);
  });

  test('one line of bounded length, and long ones stay apart', () => {
    expect(oneLine('a\nb')).toBe(String.raw`a\nb`);
    expect(oneLine(' \n')).toBe(String.raw`\n`);
    expect(oneLine('')).toBe('(nothing)');
    const [one, other] = ['x'.repeat(500), `${'x'.repeat(499)}y`].map((text) => oneLine(text));
    expect(one).toHaveLength(300);
    expect(one).not.toBe(other);
    expect(oneLine('🏁'.repeat(400), 20)).toMatch(/^(?:🏁)+…[0-9a-f]{8}$/u);
  });
});

const refusal = (path: string, most = 100): string => {
  try {
    readFileBytes(path, most);
    return '';
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
};

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasklock-input-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  test('regular ones of a bounded size, and links to them', () => {
    writeFileSync(at('small'), 'x'.repeat(100));
    symlinkSync(at('small'), at('link'));
    expect(readFileText(at('small'), 100)).toHaveLength(100);
    expect(readFileText(at('link'), 100)).toHaveLength(100);
    expect(refusal(at('small'), 99)).toBe(`${at('small')} has 100 bytes; at most 99 are read`);
    writeFileSync(at('latin1'), Uint8Array.of(0xe4));
    expect(() => readFileText(at('latin1'), 99)).toThrow('is no text in UTF-8');
  });

  test('nothing else', () => {
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync(at('loop'), at('loop'));
    expect(refusal(at('pipe'))).toMatch(/pipe is not a file$/);
    expect(refusal(folder)).toMatch(/ is not a file$/);
    expect(refusal('/dev/zero')).toBe('/dev/zero is not a file');
    expect(refusal('/proc/self/mem')).toMatch(/^\/proc\/self\/mem /);
    expect(refusal('/proc/self/maps')).toBe('/proc/self/maps is not a file that stays as it is');
    expect(refusal(at('loop'))).toMatch(/cannot be read: too many symbolic links/);
    expect(refusal(at('gone'))).toBe(`there is no file ${at('gone')}`);
    expect(refusal(`${at('small')}/below`)).toMatch(/^there is no file /);
    expect(refusal('a\0b')).toBe(String.raw`a\u0000b is no name of a file`);
    expect(refusal('x'.repeat(5000))).toMatch(/^x+….* cannot be read: name too long$/);
  });
});

describe('JSON', () => {
  test('is parsed as JSON is', () => {
    const text = String.raw`{"a": ["[[[[", "\"[", "\\"], "b": {"c": null}}`;
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['brackets', '['.repeat(1_000_000), /more than 64 brackets/],
    ['brackets behind a text', `"\\\\"${'{"a":'.repeat(100)}`, /more than 64 brackets/],
    ['half of it', '{"a": ', /no valid JSON/],
    ['a text without an end', '"[[[', /no valid JSON/],
  ])('%s', (_, text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });
});
