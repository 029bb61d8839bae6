/** Private work at one and two CPUs, and beside it the same on shared objects. */
import { table } from '../src/report/table.ts';
import { measure } from './measure.ts';
import { interleaved, short, spread } from './rounds.ts';

const repeat = (count: number, lines: readonly string[]): string =>
  Array.from({ length: count }, () => lines.map((line) => `        ${line}\n`).join('')).join('');

/** Calls on one task's parts: no name is looked up, since names share the root directory. */
const PARTS = ['getppid()', 'umask(0o22)', 'mem[0] = 1', 'sigaction(USR1, IGN)', 'fdget(0)', 'lseek(0, 0)'];
/** With nothing shared there is nothing to take back. */
const PRIVATE = [...PARTS, 'unshare(FS)'];

/** Each CPU has a task of its own that shares nothing but the namespace. */
const privateWork = (cpus: number): string =>
  Array.from(
    { length: cpus },
    (_, i) => `task d${i}:\n    fd = open("/f")\n    repeat forever:\n${repeat(8, PRIVATE)}`,
  ).join('');

/** The calls on parts by tasks that share memory, fs part, files and handlers, and go on sharing them. */
const sharedWork = (cpus: number): string => {
  const others = Array<string>(cpus - 1).fill('    c = clone(VM|FS|FILES|SIGHAND) -> other\n');
  const loop = `    repeat forever:\n${repeat(8, PARTS)}`;
  // A task that nobody clones would be one of the first, with parts of its own.
  const other = others.length > 0 ? `task other:\n${loop}` : '';
  return `task d0:\n    fd = open("/f")\n${others.join('')}${loop}${other}`;
};

/** Names looked up, files opened: the root directory and its mount are everybody's. */
const NAMES = ['fd = open("/f")', 'close(fd)', 'access("/a/fa")', 'chdir("/b")'];
const nameWork = (cpus: number): string =>
  Array.from({ length: cpus }, (_, i) => `task d${i}:\n    repeat forever:\n${repeat(4, NAMES)}`).join('');

const KINDS = [
  ['private work', privateWork],
  ['shared objects', sharedWork],
  ['names', nameWork],
] as const;

/** Table of system calls a second at 1 and 2 CPUs with their ratio. */
export async function syscallTable(quick: boolean): Promise<string[]> {
  const milliseconds = quick ? 300 : 1000;
  const rows: string[][] = [];
  for (const [name, text] of KINDS) {
    const fairness: number[] = [];
    const run = (cpus: number) => async (): Promise<number> => {
      const rate = await measure({ text: text(cpus), cpus, milliseconds });
      if (cpus === 2) fairness.push(rate.fairness);
      return rate.total;
    };
    const [one, two] = await interleaved(quick ? 3 : 5, [run(1), run(2)]);
    if (one === undefined || two === undefined) continue;
    const ratio = (two.median / one.median).toFixed(2);
    rows.push([name, spread(one), spread(two), ratio, short(Math.min(...fairness))]);
  }
  return table([['calls a second', '1 CPU min/median/max', '2 CPUs', 'ratio', 'slowest/fastest'], ...rows]);
}
