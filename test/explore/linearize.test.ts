/** Calls that a module's model has to explain: by whole executions, and by random histories held against all permutations. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import { callsOf, isLinearizable, rewindable } from '../../dist/src/explore/subject/linearize.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { moduleTarget, type Target } from '../../dist/src/explore/subject/targets.js';
import { CALL_COUNTS, CALL_RESULT, CALL_SEEN, CALL_SIZE, CALLS, MOST_CALLS } from '../../dist/src/machine/history.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import { exploreText, titles } from '../support/explore-module.ts';

const BUS = "import { assert, call_begin, call_end, load, store, xadd } from 'tasklock/bus';\n";
const WRITE = 0;
const READ = 1;
/** A register. */
const MODEL = `export function model(op, value) {
  if (op === ${READ}) return load(0x2000);
  store(0x2000, value);
  return 0;
}
`;
const UNEXPLAINED = 'spec: no order of the calls explains what came of them in model';
const write = (value: number, how: string): string => `call_begin(cpu, ${WRITE}, ${value}); ${how} call_end(cpu, 0);`;
const read = (how: string): string => `{ call_begin(cpu, ${READ}, 0); const got = ${how}; call_end(cpu, got); }`;
const two = (first: string, second: string, model = MODEL): string =>
  `${BUS}${model}function a(cpu) { ${first} }\nfunction b(cpu) { ${second} }\nexport const cpus = [a, b];`;

describe('executions', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a word is a register', two(write(1, 'store(0x1000, 1);'), read('load(0x1000)') + read('load(0x1000)')), []],
    [
      'two words are none',
      two(write(1, 'store(0x1000, 1);'), read('load(0x1000)') + read('load(0x1004)')),
      [UNEXPLAINED],
    ],
    ['a write that comes late is none', two(`${write(1, '')} store(0x1000, 1);`, read('load(0x1000)')), [UNEXPLAINED]],
    ['what was written is there for who wrote it', two(write(1, '') + read('load(0x1000)'), ''), [UNEXPLAINED]],
    ['nothing is asked without a model', two(write(1, '') + read('load(0x1000)'), '', ''), []],
    ['something else that has this name', two(write(1, ''), '', 'const model = 3;\n'), []],
    ['a call that has not ended is none', two(`call_begin(cpu, ${READ}, 5);`, ''), []],
    [
      'a model that fails',
      two(write(1, ''), '', 'export function model(op) { assert(op, "no such operation"); return 0; }\n'),
      ['assert: no such operation in model'],
    ],
    [
      'more calls than are kept',
      two(`for (let i = 0; i < 20; i++) { ${write(1, '')} }`, ''),
      ['assert: more calls of a CPU than are kept in a'],
    ],
    ['a CPU too many', two('call_begin(8, 0, 0);', ''), ['assert: calls of CPU 0 to 7 only in a']],
  ])('%s', async (_, text, expected) => {
    const result = await exploreText(text);
    expect([result.end, ...titles(result)]).toEqual(['exhausted', ...expected]);
  });

  it('beginnings commute, and so do ends', async () => {
    const text = `${BUS}${MODEL}function a(cpu) { ${write(1, '')} }\nexport const cpus = [a, a];`;
    // Both at once, or one in front of the other.
    expect((await exploreText(text)).executions).toBe(3);
  });
});

interface Call {
  readonly cpu: number;
  readonly operation: number;
  readonly argument: number;
  readonly result: number;
  readonly seen: readonly number[];
}

/** Calls of three CPUs that begin and end in some order, with results that may be right. */
function randomCalls(random: Random): Call[] {
  const CPUS = 3;
  const calls: Call[] = [];
  const ended = [0, 0, 0];
  const open: (Omit<Call, 'cpu'> | undefined)[] = [undefined, undefined, undefined];
  for (let turn = 0; turn < 14; turn++) {
    const cpu = random.below(CPUS);
    const one = open[cpu];
    if (one === undefined) {
      const operation = random.below(2);
      const argument = operation === WRITE ? 1 + random.below(2) : 0;
      const result = operation === READ ? random.below(3) : 0;
      open[cpu] = { operation, argument, result, seen: [...ended] };
    } else {
      calls.push({ cpu, ...one });
      ended[cpu] = (ended[cpu] as number) + 1;
      open[cpu] = undefined;
    }
  }
  return calls;
}

/** The same by trying all orders of a register. */
function explained(calls: readonly Call[], value = 0, done: readonly number[] = [0, 0, 0]): boolean {
  if (calls.length === 0) return true;
  return calls.some((one, i) => {
    if (one.seen.some((ended, cpu) => (done[cpu] as number) < ended)) return false;
    if (one.operation === READ && one.result !== value) return false;
    const next = done.map((count, cpu) => (cpu === one.cpu ? count + 1 : count));
    return explained(calls.toSpliced(i, 1), one.operation === WRITE ? one.argument : value, next);
  });
}

const MODELLED = 0x2000 >> 2;

it('random histories are judged as by all permutations', async () => {
  const text = `${BUS}${MODEL}export function setup() { store(0x2000, 1); store(0xfffc, 1); }
function run() { load(0x2000); }\nexport const cpus = [run];`;
  const subject = new ModuleSubject(await loadModuleText('/nowhere/m.ts', text, new Map()));
  const { machine } = subject;
  subject.reset();
  const random = new Random(5);
  let good = 0;
  for (let i = 0; i < 2000; i++) {
    const calls = randomCalls(random);
    machine.ram.fill(0, CALL_COUNTS >> 2, 0x10000 >> 2);
    for (const { cpu, operation, argument, result, seen } of calls) {
      const index = machine.ram[(CALL_COUNTS >> 2) + cpu] as number;
      const at = (CALLS + CALL_SIZE * (MOST_CALLS * cpu + index)) >> 2;
      machine.ram.set([operation, argument], at);
      machine.ram[at + (CALL_RESULT >> 2)] = result;
      machine.ram.set(seen, at + (CALL_SEEN >> 2));
      machine.ram[(CALL_COUNTS >> 2) + cpu] = index + 1;
    }
    // Its state goes back with the machine's: it lies in a word that is in use there.
    const model = (operation: number, argument: number): number => {
      if (operation === READ) return machine.ram[MODELLED] as number;
      machine.ram[MODELLED] = argument;
      return 0;
    };
    machine.ram[MODELLED] = 0;
    const right = explained(calls);
    if (right) good++;
    expect({
      i,
      calls,
      is: isLinearizable(rewindable(machine), callsOf(machine), ({ operation, argument }) =>
        model(operation, argument),
      ),
    }).toEqual({ i, calls, is: right });
  }
  expect(good).toBeGreaterThan(200);
  expect(good).toBeLessThan(1800);
});

it('what is noted of calls is no race of the module', async () => {
  const target = await moduleTarget('examples/queue-history.ts', new Map());
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 10_000 };
  const result = await explore({ target, strategy: 'dpor', checkers: ['data-race'], ...rest });
  expect(result.bugs.map(({ title }) => title)).toEqual([]);
  const open = { ...target, settings: { LOCKED: 0 } } as Target;
  const { bugs } = await explore({ target: open, strategy: 'dpor', checkers: ['data-race'], ...rest });
  expect(bugs.some(({ title }) => title.startsWith('data-race: ') && title.includes('take'))).toBe(true);
});
