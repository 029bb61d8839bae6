/** Recordings with a checksum that is right, around content that is not. */
import { deflateRawSync } from 'node:zlib';
import { dictionary } from '../../dist/src/recording/dictionary.js';
import { encodeRecording, type Recording } from '../../dist/src/recording/format.js';
import { encodeToken } from '../../dist/src/recording/token.js';
import { pushVarint } from '../../dist/src/recording/varint.js';
import { sealed } from '../support/recording-damage.ts';
import { sample } from '../support/recording-sample.ts';
import { BUS, CODE, CODE_TEXT, CPUS, inCpus, inWorker, type Payload, WORKER } from './payload.ts';

const MAGIC = [0x89, 0x54, 0x4c, 0x52, 0x0d, 0x0a, 0x1a, 0x0a, 1, 0, 0, 0, 0];
const REFUSED = /^tasklock: /;

/** A file around any content. */
const file = (packing: number, content: Uint8Array): Uint8Array =>
  sealed(Buffer.concat([Buffer.from([...MAGIC, packing]), content, Buffer.alloc(4)]));
const deflated = (content: Uint8Array): Uint8Array => file(1, deflateRawSync(content, { dictionary }));
/** Header and decisions, the header as any text. */
function around(header: string | Uint8Array, decisions: readonly number[] = [], length?: number): Uint8Array {
  const json = Buffer.from(header);
  const prefix: number[] = [];
  pushVarint(prefix, length ?? json.length);
  return deflated(Buffer.concat([Buffer.from(prefix), json, Buffer.from(decisions)]));
}

const { decisions: _, ...rest } = sample;
const header = { ...rest, steps: 0 };
/** The header of a module with this text. */
const moduleHeader = (text: string, more: object = {}): string =>
  JSON.stringify({
    ...header,
    subject: { kind: 'module', name: '/nowhere/m.ts', text, settings: {} },
    profile: null,
    verdict: { title: 'assert: x in worker', kind: 'assert' },
    checkers: [],
    ...more,
  });
const changed = (more: object): string => JSON.stringify({ ...header, ...more });

const contents: readonly (readonly [name: string, content: Uint8Array])[] = [
  ['a length that is huge', around(JSON.stringify(header), [], 2 ** 41)],
  ['a length without an end', file(0, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))],
  ['64 MB of zeros, packed', deflated(Buffer.alloc(200 * 1024 * 1024))],
  ['a header of 40 MB', around(Buffer.alloc(40 * 1024 * 1024, '['))],
  ['a header of brackets', around('['.repeat(1_000_000))],
  ['a header that is no JSON', around('nothing')],
  ['a header that is a list', around('[]')],
  ['a header that is empty', around('')],
  ['a header with a field more', around(changed({ more: 1 }))],
  ['a header with a prototype', around(JSON.stringify(header).replace('{', '{"__proto__":{"x":1},'))],
  [
    'a hundred thousand settings',
    around(
      moduleHeader(`${BUS}${WORKER}${CPUS}`, {
        subject: {
          kind: 'module',
          name: 'm.ts',
          text: '',
          settings: Object.fromEntries(Array.from({ length: 100_000 }, (_one, i) => [`A${i}`, 1])),
        },
      }),
    ),
  ],
  [
    'a setting that is half',
    around(moduleHeader('', { subject: { kind: 'module', name: 'm.ts', text: '', settings: { A: 1.5 } } })),
  ],
  [
    'a setting that is huge',
    around(moduleHeader('', { subject: { kind: 'module', name: 'm.ts', text: '', settings: { A: 1e300 } } })),
  ],
  [
    'a setting of a prototype',
    around(moduleHeader('', { subject: { kind: 'module', name: 'm.ts', text: '', settings: { __proto__x: 1 } } })),
  ],
  ['sixteen million steps', around(changed({ steps: 2 ** 24 }), [0])],
  ['more steps than there are', around(changed({ steps: 2 ** 40 }), [0])],
  ['a run that is huge', around(changed({ steps: 10 }), [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
  ['a title of two lines', around(changed({ verdict: { title: 'assert: a\nb in c', kind: 'assert' } }))],
  ['a title that colours', around(changed({ verdict: { title: 'assert: \u001b[31m in c', kind: 'assert' } }))],
  ['a title that turns round', around(changed({ verdict: { title: 'assert: \u202e in c', kind: 'assert' } }))],
  ['a title of 5,000 characters', around(changed({ verdict: { title: 'a'.repeat(5000), kind: 'assert' } }))],
  ['a checker that colours', around(changed({ checkers: ['\u009b31m'] }))],
  ['a checker that there is not', around(changed({ checkers: ['constructor'] }))],
  ['a hundred CPUs', around(changed({ cpus: 100 }))],
  ['half a CPU', around(changed({ cpus: 0.5 }))],
  ['a program that is none', around(changed({ subject: { kind: 'scenario', name: 'p.prog', text: 'nothing' } }))],
  [
    'a program of brackets',
    around(
      changed({
        subject: { kind: 'scenario', name: 'p.prog', text: `task a:\n    exit(0)\nalways ${'('.repeat(20_000)}\n` },
      }),
    ),
  ],
  [
    'a program of a million characters',
    around(changed({ subject: { kind: 'scenario', name: 'p.prog', text: '#'.repeat(2 ** 20) } })),
  ],
  ['a module of a million characters', around(moduleHeader('/'.repeat(2 ** 20)))],
  ['a module of brackets', around(moduleHeader(inWorker(`store(0x1000, ${'('.repeat(8000)}1${')'.repeat(8000)});`)))],
  ['a module that is no text of one', around(moduleHeader('\0'))],
  [
    'a module that imports the machine',
    around(moduleHeader(`import { root } from '../etc/passwd';\n${BUS}${WORKER}${CPUS}`)),
  ],
  [
    'a module in the place of ours',
    around(
      moduleHeader(`${BUS}${WORKER}${CPUS}`, {
        subject: {
          kind: 'module',
          name: new URL('../../dist/src/bus.js', import.meta.url).pathname,
          text: `${BUS}${WORKER}${CPUS}`,
          settings: {},
        },
      }),
    ),
  ],
  ...[
    ['import', `[worker].concat(${CODE} ?? [])`],
    ['a constructor', `[worker].concat(Array.constructor(${CODE_TEXT})())`],
    ['an exit', '[worker, (0, Array.constructor("process.exit(0)"))()]'],
    ['a loop', '(() => { for (;;) {} return [worker]; })()'],
    ['elements', '[worker, ...Array(1e9).fill(worker)]'],
    ['a prototype', '[worker].concat(Object.assign(Object.getPrototypeOf({}), { polluted: 1 }) && [])'],
  ].map(([name, list]) => [`a module whose cpus hold ${name}`, around(moduleHeader(inCpus(list ?? '')))] as const),
];

/** Every byte of a good one turned over in turn, with the checksum made right: too many for a process each. */
const flipped = [9, 15, 40, 90, 150].map((at) => {
  const bytes = Buffer.from(encodeRecording(sample as Recording));
  bytes[13 + at] = (bytes[13 + at] as number) ^ 0x55;
  return [`a byte turned over at ${at}`, sealed(bytes)] as const;
});

const loop = {
  ...sample,
  subject: { kind: 'module', name: 'm.ts', text: inCpus('(() => { for (;;) {} return [worker]; })()'), settings: {} },
  profile: null,
} as Recording;

export const recordings: readonly Payload[] = [
  ...[...contents, ...flipped].map(
    ([name, content]): Payload => ({
      name,
      files: { 'x.rec': content },
      args: ['replay', 'x.rec'],
      code: 2,
      says: REFUSED,
    }),
  ),
  ...contents.slice(-6).map(
    ([name, content]): Payload => ({
      name: `minimize: ${name}`,
      files: { 'x.rec': content },
      args: ['minimize', 'x.rec', '--quiet'],
      code: 2,
      says: REFUSED,
    }),
  ),
  { name: 'a token', files: {}, args: ['replay', encodeToken(loop)], code: 2, says: REFUSED },
  {
    name: 'a token in a file',
    files: { 'x.txt': encodeToken(loop) },
    args: ['replay', 'x.txt'],
    code: 2,
    says: REFUSED,
  },
  {
    name: 'a token of blanks',
    files: { 'x.txt': `TL1.${' '.repeat(3_000_000)}x${' '.repeat(3_000_000)}%` },
    args: ['replay', 'x.txt'],
    code: 2,
    says: REFUSED,
  },
  { name: 'a token that colours', files: {}, args: ['replay', 'TL1.\u001b[31m'], code: 2, says: REFUSED },
];
