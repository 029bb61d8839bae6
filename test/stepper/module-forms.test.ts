/** Forms of TypeScript that are no more than other words for constants, locals and calls; and words of a CPU's own. */
import { describe, expect, it } from 'vitest';
import { StatefulSearch } from '../../dist/src/explore/search/stateful.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import { exploreText, titles } from '../support/explore-module.ts';

const BUS = "import { assert, load, scratch, store, udiv, ule, ult, umod, xadd } from 'tasklock/bus';\n";

const HEAD = `
const BASE = 2;
enum State { Free, Held = BASE + 3, Two, Mask = Held | 8, Last = -1, Zero }
export const enum Other { A = State.Held, B }
const NODE = { next: 0, value: 4 } as const satisfies Readonly<Record<string, number>>;
const SIZES = [5, 6, 7] as const satisfies readonly number[];
const { next, value: VALUE } = NODE;
const [FIVE, , SEVEN] = SIZES, [P, Q] = [BASE, 1 + 2];
function plain(a: number, b = 3, c: number = State.Held): number { return a * 100 + b * 10 + c; }
function cut(a: number, b?: number): number { store(0x1000, 1); return a + b; }
const arrow = (a: number, b = FIVE) => { store(0x1000, 1); return a + b; };
function deep(n: number): number {
  const own = scratch(2);
  own[0] = n;
  if (n > 0) own[1] = deep(n - 1);
  return own[0] + own[1] + load(0x1ff0);
}
`;

const END = '\nexport const cpus = [run];\n';

describe('forms', () => {
  it.each([
    [
      'enums',
      'assert(State.Free === 0 && State.Held === 5 && State.Two === 6 && State.Mask === 13 && State.Zero === 0);',
    ],
    ['enums made of enums', 'assert(Other.A === 5 && Other.B === 6);'],
    [
      'enums as cases',
      'switch (load(0x1000) + 5) { case State.Free: assert(0); break; case State.Held: return; } assert(0);',
    ],
    [
      'constants out of tables',
      'assert(next === 0 && VALUE === 4 && FIVE === 5 && SEVEN === 7 && P === 2 && Q === 3);',
    ],
    [
      'locals out of tables',
      'const { next: n, value } = NODE; let [x, , z] = SIZES; x += 1; assert(n === 0 && value === 4 && x === 6 && z === 7);',
    ],
    [
      'locals out of an array, each element worked out',
      'const [a, , b] = [load(0x1004), (store(0x1004, 5), 1), load(0x1004)]; assert(a === 0 && b === 5);',
    ],
    ['in a for', 'let n = 0; for (let [i, k] = [3, 1]; i > 0; i -= k) n++; assert(n === 3);'],
    ['defaults', 'assert(plain(1) === 135 && plain(1, 2) === 125 && plain(1, 2, 4) === 124);'],
    ['defaults over an access', 'assert(cut(4) === 4 && cut(4, 1) === 5 && arrow(1) === 6 && arrow(1, 1) === 2);'],
    [
      'without sign',
      'assert(udiv(-1, 2) === 0x7fffffff && umod(-1, 10) === 5 && udiv(-2, -1) === 0 && udiv(-1, 1) === -1);',
    ],
    ['without sign, by 0', 'assert(udiv(5, 0) === 0 && umod(5, 0) === 0);'],
    [
      'compared without sign',
      'assert(ult(1, -1) && !ult(-1, 1) && !ult(3, 3) && ule(3, 3) && ule(1, -1) && !ule(-1, 1));',
    ],
    [
      'words of a CPU are 0, each time',
      'for (let i = 0; i < 3; i++) { const w = scratch(2); assert(w[1] === 0); w[1] = load(0x1000) + 1; }',
    ],
    [
      'and as many as there are',
      'const w = scratch(BASE * 2); assert(w.length === 4); w[w.length - 1] = 1; w[-1 + load(0x1000) + 1] ^= 6; assert(w[0] === 6);',
    ],
    ['each call has its own', 'assert(deep(3) === 6);'],
    [
      'wrap as locals do',
      'const w = scratch(1); w[0] = 0x7fffffff; w[0]++; assert(w[0] < 0); w[0] *= 2; assert(w[0] === 0);',
    ],
  ])('%s', async (_, body) => {
    const result = await exploreText(`${BUS}${HEAD}function run(cpu: number) {\n${body}\n}${END}`);
    expect([result.executions, ...titles(result)]).toEqual([1]);
  });

  it.each(['w[4] = 1;', 'w[-1] = 1;', 'store(0x1000, w[load(0x1000) + 4]);', 'w[4]++;'])(
    'no such word: %s',
    async (body) => {
      const result = await exploreText(`${BUS}function run() { const w = scratch(4); ${body} }${END}`);
      expect(titles(result)).toEqual(['assert: no such word of scratch in run']);
    },
  );

  it('a CPU is called with defaults', async () => {
    const run = 'function run(a = 9, b = 8) { xadd(0x1000, 100 * a + b); }\n';
    const list = 'export const cpus = [() => run(), () => run(1), () => run(1, 2), run];\n';
    const end = 'export const finished = () => load(0x1000) === 908 + 108 + 102 + 308;';
    expect(titles(await exploreText(BUS + run + list + end))).toEqual([]);
  });
});

async function states(text: string): Promise<readonly [states: number, titles: readonly string[]]> {
  const subject = new ModuleSubject(await loadModuleText('/nowhere/m.ts', BUS + text, new Map()));
  const found = await new StatefulSearch(subject, false).run();
  return [found.states, found.bugs.map(({ bug }) => bug.title)];
}

const seen = (after: string): string =>
  `function look() { const w = scratch(3); w[load(0x1000)] = 1; load(0x1004); ${after} }
  function write() { store(0x1000, 1); store(0x1000, 2); }
  export const cpus = [look, write];`;

describe('words of a CPU are part of what a state is', () => {
  it('while they can be read, and no longer', async () => {
    const [many, found] = await states(seen('assert(w[1] === 0, "in between");'));
    const [few, none] = await states(seen(''));
    expect([found, none]).toEqual([['assert: in between in look'], []]);
    expect(many).toBeGreaterThan(few);
  });

  it('a loop that changes one is at work', async () => {
    const counts =
      'function wait() { const w = scratch(1); while (load(0x1000) === 0) { w[0]++; if (w[0] > 3) return; } }';
    expect(titles(await exploreText(`${BUS}${counts}\nexport const cpus = [wait];`))).toEqual([]);
    const waits = 'function wait() { const w = scratch(1); while (load(0x1000) === w[0]); }';
    expect(titles(await exploreText(`${BUS}${waits}\nexport const cpus = [wait];`))).toEqual([
      'livelock: spinning for ever in wait',
    ]);
  });
});
