/** What a command costs before it does anything: from the bundle, which is what people run, and from the modules it is made of. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sampleOf } from '../src/lab/sample.ts';
import { table } from '../src/report/table.ts';
import { interleaved } from './rounds.ts';
import { examplePath } from './search.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MODULES = at('../src/cli/main.js');
const BUNDLE = at('../bundle/main.js');

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  '--version': ['--version'],
  'list scenarios': ['list', 'scenarios'],
  'explore MODULE': ['explore', examplePath('counter.ts'), '--executions', '1'],
  'explore SCENARIO': ['explore', 'two-waiters', '--executions', '1'],
  'run FILE.prog': ['run', examplePath('getpid.prog')],
};

/** What a process says of itself at its end. */
const TELL = `import { writeSync } from 'node:fs'; import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));`;
const HOOK = `--import=data:text/javascript,${encodeURIComponent(TELL)}`;

/** Milliseconds of one process, and the most memory that it had. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly megabytes: number;
}

export function costOf(args: readonly string[]): Cost {
  const startedAt = performance.now();
  const { status, output } = spawnSync(process.execPath, [HOOK, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const wall = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(output[3] ?? '') as NodeJS.ResourceUsage;
  return { wall, cpu: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 };
}

type Times = Pick<Cost, 'wall' | 'cpu'>;

/** Medians over rounds of all of them in turn. */
async function costsOf(rounds: number, variants: readonly (readonly string[])[]): Promise<Times[]> {
  const cpu: number[][] = variants.map(() => []);
  const walls = await interleaved(
    rounds,
    variants.map((args, i) => () => {
      const cost = costOf(args);
      cpu[i]?.push(cost.cpu);
      return cost.wall;
    }),
  );
  return walls.map((wall, i) => ({ wall: wall.median, cpu: sampleOf(cpu[i] ?? []).median }));
}

const ms = (value = Number.NaN): string => value.toFixed(0);

export async function startTable(quick: boolean): Promise<string[]> {
  const commands = Object.entries(COMMANDS);
  const pairs = commands.flatMap(([, args]) => [
    [MODULES, ...args],
    [BUNDLE, ...args],
  ]);
  const [bare, ...costs] = await costsOf(quick ? 5 : 15, [['-e', '0'], ...pairs]);
  const rows = commands.map(([name], i) => {
    const [modules, bundle] = [costs[2 * i] as Times, costs[2 * i + 1] as Times];
    const ratio = (part: keyof Times): string => (bundle[part] / modules[part]).toFixed(2);
    return [name, ms(modules.wall), ms(bundle.wall), ratio('wall'), ms(modules.cpu), ms(bundle.cpu), ratio('cpu')];
  });
  return table([
    ['milliseconds, modules and bundle', 'wall', 'wall', 'ratio', 'CPU', 'CPU', 'ratio'],
    ['node alone', '', ms(bare?.wall), '', '', ms(bare?.cpu), ''],
    ...rows,
  ]);
}
