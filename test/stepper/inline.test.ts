import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { inlineConstants } from '../../dist/src/stepper/kernel/inline.js';
import { parseSource } from '../../dist/src/stepper/source/source.js';

const tables = new Map<string, number | ReadonlyMap<string, number>>([
  ['ENOMEM', 12],
  ['CAP_FULL', -1],
  [
    'dentry',
    new Map([
      ['d_count', 0],
      ['SIZE', 64],
    ]),
  ],
]);

function inline(body: string): string {
  const text = `import { ENOMEM, CAP_FULL, dentry } from './layout.js';\n${body}`;
  const source = parseSource('x.js', text);
  return inlineConstants(source, { constantsOf: () => tables, firstSite: 7 })
    .text.split('\n')
    .slice(1)
    .join('\n');
}

describe('the inlining pass', () => {
  it.each([
    ['members of tables', 'f(dentry.d_count + dentry.SIZE);', 'f(0 + 64);'],
    ['constants, the negative ones in parentheses', 'f(-ENOMEM, 3 -CAP_FULL);', 'f(-12, 3 -(-1));'],
    [
      'not parameters of the same name',
      'function f(dentry) { return dentry.d_count; }',
      'function f(dentry) { return dentry.d_count; }',
    ],
    [
      'not locals of the same name',
      'f(() => { const ENOMEM = 1; return ENOMEM; });',
      'f(() => { const ENOMEM = 1; return ENOMEM; });',
    ],
    ['not the names of members', 'f(a.ENOMEM, { ENOMEM: 1 }, a[ENOMEM]);', 'f(a.ENOMEM, { ENOMEM: 1 }, a[12]);'],
    ['shorthand members', 'f({ ENOMEM });', 'f({ ENOMEM: 12 });'],
    ['not a table as a whole', 'f(dentry, dentry[name]);', 'f(dentry, dentry[name]);'],
    ['sites', 'f(_THIS_IP_);\nf(_THIS_IP_);', 'f(7);\nf(8);'],
  ])('%s', (_, before, after) => {
    expect(inline(before)).toBe(after);
  });

  it('names a member that a table does not have', () => {
    expect(() => inline('\nf(dentry.d_cuont);')).toThrow('x.js:3:10 dentry has no member d_cuont');
  });
});

const read = (name: string): string => readFileSync(`dist/src/kernel/${name}`, 'utf8');

describe('the build', () => {
  const kernel = readdirSync('dist/src/kernel').filter((name) => name.endsWith('.js'));

  it('leaves no member of a table in kernel code', () => {
    const code = kernel.filter((name) => !/^(layout|caches|locks|syscall-numbers)\.js$/.test(name));
    for (const name of code) {
      const text = read(name).replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
      expect(text.match(/\b(task_struct|kernel|cpu_area|machine)\.[a-z_]+\b(?!\.)|_THIS_IP_/g)).toBeNull();
    }
    expect(read('context.js')).toContain(`spin_lock(tsk + ${task_struct.alloc_lock})`);
  });

  it('numbers the sites in the order of files and lines, as the TypeScript source has them', () => {
    const sites = JSON.parse(readFileSync('dist/sites.json', 'utf8')) as {
      function: string;
      file: string;
      line: number;
    }[];
    expect(sites[0]).toEqual({ function: 'unknown', file: '', line: 0 });
    for (const site of sites.slice(1)) {
      const lines = readFileSync(site.file, 'utf8').split('\n');
      expect(lines[site.line - 1]).toContain('_THIS_IP_');
      const before = lines.slice(0, site.line).findLast((line) => /^(export )?function/.test(line));
      expect(before).toContain(`function ${site.function}(`);
    }
    const copy = sites.find((site) => site.function === 'copy_fs_struct');
    expect(read('fs.js')).toContain(`kmem_cache_alloc(7, ${copy === undefined ? -1 : sites.indexOf(copy)})`);
  });
});
