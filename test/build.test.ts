import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildInfo } from '../dist/src/base/build-info.js';
import { site, siteText } from '../dist/src/check/evidence/sites.js';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const text = (path: string): string => readFileSync(at(path), 'utf8');

interface Site {
  readonly call: string;
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

const sites = JSON.parse(text('dist/sites.json')) as Site[];
const kernelFiles = readdirSync(at('src/kernel')).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));

describe('the places in the kernel that the build numbers', () => {
  test('number 0 is no place', () => {
    expect(sites[0]).toMatchObject({ function: 'unknown', line: 0 });
    expect([siteText(0), siteText(-1), siteText(1_000_000)]).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('each other one is a line of the kernel that takes its own address, in that function', () => {
    expect(sites.length).toBeGreaterThan(40);
    for (const [number, { call, function: name, file, line }] of sites.entries()) {
      if (number === 0) continue;
      const lines = text(file).split('\n');
      expect(lines[line - 1], `${file}:${line}`).toMatch(new RegExp(`\\b${call}\\(.*_THIS_IP_`));
      const head = lines.slice(0, line).findLast((each) => /^(export )?function /.test(each));
      expect(head, `${file}:${line}`).toMatch(new RegExp(`function ${name}\\(`));
      expect(site(number)).toEqual({ call, function: name, file, line });
    }
  });

  test('all of them, none twice', () => {
    const uses = kernelFiles.flatMap((name) => text(`src/kernel/${name}`).match(/_THIS_IP_/g) ?? []);
    expect(sites).toHaveLength(uses.length + 1);
    expect(new Set(sites.map(({ file, line }) => `${file}:${line}`)).size).toBeGreaterThan(sites.length / 2);
  });

  test('are numbers in the built kernel: no name is left to look up', () => {
    for (const name of readdirSync(at('dist/src/kernel')).filter((each) => each.endsWith('.js'))) {
      expect(text(`dist/src/kernel/${name}`), name).not.toMatch(/\b_THIS_IP_\b/);
    }
  });
});

describe('the build knows itself', () => {
  test('by 16 hex digits and the version of the package', () => {
    expect(buildInfo.buildId).toMatch(/^[0-9a-f]{16}$/);
    expect(buildInfo.version).toBe(JSON.parse(text('package.json')).version);
  });

  test('in the file that a vmcore and a recording are compared with', () => {
    expect(JSON.parse(text('dist/build-info.json'))).toEqual(buildInfo);
  });
});
