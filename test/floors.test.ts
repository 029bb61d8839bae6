/** The floors of the house, as the linter holds them: that an import that goes up, or round, is told at its line. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tasklock-floors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files: Readonly<Record<string, string>> = {
  'src/base/low.ts': 'export const low = 1;\nexport type Low = number;\n',
  'src/kernel/fs.ts': "import { low } from '../base/low.ts';\nexport const fs = low;\nexport type Fs = number;\n",
  'src/base/value.ts': "import { fs } from '../kernel/fs.ts';\nexport const value = fs;\n",
  'src/base/type.ts': "import type { Fs } from '../kernel/fs.ts';\nexport const value: Fs = 1;\n",
  'src/base/passed.ts': "export { fs } from '../kernel/fs.ts';\n",
  'src/base/later.ts': "export const later = async () => await import('../kernel/fs.ts');\n",
  'src/base/of-type.ts': "export const value: import('../kernel/fs.ts').Fs = 1;\n",
  'src/explore/run/room.ts': "export type { Fs } from '../search/up.ts';\n",
  'src/explore/search/up.ts': "export type { Fs } from '../../kernel/fs.ts';\n",
  'src/check/still/beside.ts': "export type { Low } from '../observers/other.ts';\n",
  'src/check/observers/other.ts': "export type { Low } from '../../base/low.ts';\n",
  'src/attic/lost.ts': 'export const lost = 1;\n',
  'src/kernel/lost.ts': "export { lost } from '../attic/lost.ts';\n",
  'src/machine/one.ts': "import type { Two } from './two.ts';\nexport type One = Two | 1;\n",
  'src/machine/two.ts': "import type { One } from './one.ts';\nexport type Two = One | 2;\n",
};

function lint(): string[] {
  for (const name of ['.oxlintrc.json', 'scripts/floors.mjs']) cpSync(join(root, name), join(folder, name));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '-f', 'unix', 'src'], { cwd: folder, encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => /floors|no-cycle/.test(line))
    .map((line) => line.replace(/:\d+: /, ': ').replace(/ \[Error\/(?:floors|import)\((\S+)\)\]$/, ' ($1)'))
    .sort();
}

const up = (line: string, from: string, to: string): string =>
  `${line}: ${from} imports ${to}, which is not below it (down)`;

test('an import that does not go down is an error, be it of a type or later, and so is a circle', () => {
  const fromBase = (name: string): string => up(`src/base/${name}.ts:1`, 'src/base', 'src/kernel/fs.ts');
  expect(lint()).toEqual(
    [
      ...['value', 'type', 'passed', 'later', 'of-type'].map(fromBase),
      up('src/explore/run/room.ts:1', 'src/explore/run', 'src/explore/search/up.ts'),
      up('src/check/still/beside.ts:1', 'src/check/still', 'src/check/observers/other.ts'),
      'src/attic/lost.ts:1: src/attic/lost.ts is on no floor: .oxlintrc.json lists them (down)',
      'src/kernel/lost.ts:1: src/attic/lost.ts is on no floor (down)',
      'src/machine/one.ts:1: Dependency cycle detected (no-cycle)',
      'src/machine/two.ts:1: Dependency cycle detected (no-cycle)',
    ].sort(),
  );
});
