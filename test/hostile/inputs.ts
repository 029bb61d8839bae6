/** What is no file, JSON of a wrong shape, and imports that lead elsewhere. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUS, CPUS, type Payload, WORKER } from './payload.ts';

const NO_FILE = /^tasklock: .*(is not a file|cannot be read|there is no file|no name of a file)/;

/** Every command that reads a file, as one that is given a path. */
const readers: readonly (readonly [name: string, ending: string, args: readonly string[]])[] = [
  ['run', '.prog', ['run']],
  ['explore a program', '.prog', ['explore', '--strategy', 'random', '--quiet']],
  ['explore a module', '.ts', ['explore', '--strategy', 'random', '--quiet']],
  ['stress', '.prog', ['stress', '--duration', '1s']],
  ['replay', '.rec', ['replay']],
  ['minimize', '.rec', ['minimize']],
  ['conform', '.json', ['conform']],
  ['merge', '.json', ['merge']],
];

const unreadable: readonly (readonly [name: string, make: (path: string) => void])[] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['memory of a process', (path) => symlinkSync('/proc/self/mem', path)],
  ['a directory', (path) => mkdirSync(path)],
  ['a device', (path) => symlinkSync('/dev/zero', path)],
  ['a link that leads nowhere', (path) => symlinkSync('gone', path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
];

/** Pipes and what only looks like a file to every command, the others to one. */
const unusable = readers.flatMap(([reader, ending, args], i) =>
  unreadable
    .filter((_, kind) => i === 0 || kind < 2)
    .map(
      ([what, make]): Payload => ({
        name: `${reader}: ${what}`,
        files: {},
        prepare: (folder) => make(join(folder, `x${ending}`)),
        args: [...args, `x${ending}`],
        code: 2,
        says: NO_FILE,
      }),
    ),
);

const named: readonly Payload[] = [
  ...readers.map(
    ([reader, ending, args]): Payload => ({
      name: `${reader}: a name of 5,000 characters`,
      files: {},
      args: [...args, 'x'.repeat(5000) + ending],
      code: 2,
      says: NO_FILE,
    }),
  ),
  {
    name: 'a name that colours',
    files: {},
    args: ['run', '\u001b[31mx\nBUG: none.prog'],
    code: 2,
    says: /there is no file \\u001b\[31mx\\nBUG: none\.prog/,
  },
];

const json = (name: string, command: string, content: string | Uint8Array, says: RegExp): Payload => ({
  name: `${command}: ${name}`,
  files: { 'x.json': content },
  args: [command, 'x.json'],
  code: 2,
  says,
});

const STATE = '{"live":"0","z":"","tg":"0","pp":"i","vm":"0","fs":"0","fd":"0","sg":"0","sv":"0","ns":"0"}';
const shapes: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ['nothing', ''],
  ['white space', ' \n \n'],
  ['null', 'null'],
  ['a number', '7'],
  ['a text', '"x"'],
  ['a list', '[]'],
  ['an empty object', '{}'],
  ['60 MB of brackets', '['.repeat(60_000_000)],
  ['brackets in one another', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['objects in one another', `${'{"cases":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['half of it', '{"cases": [1, 2'],
  ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
  ['a prototype', '{"__proto__": {"cases": []}}'],
];
const recorded: readonly (readonly [name: string, content: string])[] = [
  ['cases that are no list', '{"cases": {}}'],
  ['no cases', '{"cases": [], "extra": []}'],
  ['cases of null', '{"cases": [null], "extra": []}'],
  ['cases without fields', '{"cases": [{}], "extra": []}'],
  ['flags that are no list', '{"cases": [{"uid":0,"flags":"VM","result":"OK"}], "extra": []}'],
  ['flags that there are not', '{"cases": [{"uid":0,"flags":["constructor"],"result":"OK"}], "extra": []}'],
  ['a user that is a text', '{"cases": [{"uid":"0","flags":[],"result":"OK"}], "extra": []}'],
  ['an odd case that is not known', '{"cases": [], "extra": [{"what":"__proto__","result":"OK"}]}'],
  ['groups of numbers', '{"groups": [1], "single_bits": [], "extra": [], "sharing_order": []}'],
  ['no groups', '{"groups": [], "single_bits": [], "extra": [], "sharing_order": []}'],
  ['operations that are no list', '{"ops": 1}'],
  ['operations of numbers', `{"uid":0,"st":${STATE},"ops":[1]}`],
  ['an operation that there is not', `{"uid":0,"st":${STATE},"ops":[{"op":"constructor","t":0}]}`],
  ['an operation of nobody', `{"uid":0,"st":${STATE},"ops":[{"op":"getppid","t":"x"}]}`],
  ['a state that is a list', '{"uid":0,"st":[],"ops":[]}'],
  ['a list of programs that has no end', `{"uid":0,"st":${STATE},"ops":[]}\n{"uid":0`],
  ['names for nobody', '{"P16": {"x": [1]}}'],
  ['names that are no list', '{"P16": {"x": 1}}'],
];

const imports = (name: string, from: string, says: RegExp, prepare?: (folder: string) => void): Payload => ({
  name: `an import: ${name}`,
  files: { 'm.ts': `import { root } from '${from}';\n${BUS}${WORKER}${CPUS}` },
  prepare: prepare ?? ((): void => undefined),
  args: ['explore', 'm.ts', '--strategy', 'random', '--executions', '1', '--quiet'],
  code: 2,
  says,
});
const OUT = /^tasklock: m\.ts: no file .* to import/;
const UP = '../'.repeat(20);

export const inputs: readonly Payload[] = [
  ...unusable,
  ...named,
  ...shapes.flatMap(([name, content]) => [
    json(name, 'conform', content, /^tasklock: x\.json/),
    json(name, 'merge', content, /^tasklock: x\.json/),
  ]),
  ...recorded.map(([name, content]) => json(name, 'conform', content, /^tasklock: (x\.json|unknown case)/)),
  imports('a file of the machine', `${UP}etc/passwd`, OUT),
  imports('a file of the machine by its whole path', './../../../../../../etc/passwd', OUT),
  imports('a module above', '../other.ts', OUT, (folder) =>
    writeFileSync(join(folder, '..', 'other.ts'), 'x', { flag: 'a' }),
  ),
  imports('a file that is no module', './notes', OUT, (folder) => writeFileSync(join(folder, 'notes'), 'root:x:0:0')),
  imports('a link that leads out', './link.ts', /a link leads out/, (folder) => {
    symlinkSync('/etc/passwd', join(folder, 'link.ts'));
  }),
  imports('a folder that is a link', './out/passwd.ts', OUT, (folder) => symlinkSync('/etc', join(folder, 'out'))),
  imports('a pipe', './pipe.ts', OUT, (folder) => execFileSync('mkfifo', [join(folder, 'pipe.ts')])),
  imports('a directory', './folder.ts', OUT, (folder) => mkdirSync(join(folder, 'folder.ts'))),
  imports('a name that is no path', './\\0', OUT),
];
