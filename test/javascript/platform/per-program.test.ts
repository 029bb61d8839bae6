/** A process that explores several programs tells of each what it has read, and nothing of the others. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JavascriptProgram } from '../../../dist/src/javascript/program.js';
import { withFiles } from '../../support/javascript-program.js';

const OPTIONS = { timeouts: 'idle', files: undefined } as const;
const agents = 'export const agents = [() => common(), () => 2];';

it('of files that both read, of those of one, and of those that are gone', () => {
  const files = {
    'a.mjs': `import { common } from './common.mjs'; import './only-a.mjs'; ${agents}`,
    'b.mjs': `import { common } from './common.mjs'; import { below } from './again.mjs'; below(); ${agents}`,
    'again.mjs': "export { common as below } from './common.mjs';",
    'common.mjs': "import { deep } from './deep.mjs'; export const common = () => deep();",
    'deep.mjs': 'export const deep = () => 1;',
    'only-a.mjs': 'export const a = 1;',
  };
  withFiles(files, (folder) => {
    const a = new JavascriptProgram(join(folder, 'a.mjs'), OPTIONS);
    const b = new JavascriptProgram(join(folder, 'b.mjs'), OPTIONS);
    const ofA = ['a.mjs', 'common.mjs', 'deep.mjs', 'only-a.mjs'];
    const ofB = ['again.mjs', 'b.mjs', 'common.mjs', 'deep.mjs'];
    expect(Object.keys(a.files)).toEqual(ofA);
    expect(Object.keys(b.files)).toEqual(ofB);
    for (let i = 0; i < 3; i++) [a, b].forEach((one) => one.begin());
    expect(Object.keys(a.files)).toEqual(ofA);
    expect(Object.keys(b.files)).toEqual(ofB);
    expect(Object.keys(new JavascriptProgram(join(folder, 'a.mjs'), OPTIONS).files)).toEqual(ofA);
  });
});

it('packages are found for each by itself', () => {
  withFiles({ 'a.mjs': "import { n } from 'p'; export const agents = [() => n];" }, (folder) => {
    for (const part of ['one', 'two']) {
      mkdirSync(join(folder, part, 'node_modules', 'p'), { recursive: true });
      writeFileSync(join(folder, part, 'node_modules', 'p', 'index.js'), 'exports.n = 1;');
      writeFileSync(join(folder, part, 'a.mjs'), "import { n } from 'p'; export const agents = [() => n];");
      const { files } = new JavascriptProgram(join(folder, part, 'a.mjs'), OPTIONS);
      const names = 'node_modules/p/package.json (how names resolve)';
      expect(Object.keys(files)).toEqual(['a.mjs', 'node_modules/p/index.js', names]);
    }
  });
});
