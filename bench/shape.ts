/** The model beside a real kernel: the same operations, the same shape. */
import { table } from '../src/report/table.ts';
import { measure } from '../src/lab/kernel/measure.ts';
import { interleaved, short } from './rounds.ts';

interface Operation {
  readonly name: string;
  /** Body of a driver's loop, and the tasks it clones. */
  readonly loop: readonly string[];
  readonly before?: readonly string[];
  readonly tasks?: string;
  /** The call that is counted, and how often a round makes it. */
  readonly call: string;
  readonly profile?: string;
  /** Linux 6.18 on the same kind of machine: one process, two processes, operations a second. */
  readonly real?: readonly [number, number];
}

const KID = 'task kid:\n    exit(0)\n';
const tmpfs = (count: number): string[] => Array.from({ length: count }, () => 'tmpfs("/c")');
/** A namespace of the driver's own comes first: mounts made in the one all tasks share would be in every copy. */
const newns = (mounts: number): Operation => ({
  name: `unshare(NEWNS), ${mounts} mounts`,
  before: ['unshare(NEWNS)', ...tmpfs(mounts - 1)],
  loop: ['unshare(NEWNS)'],
  call: 'unshare',
  profile: 'linux-6',
  ...(mounts === 20 ? { real: [11_400, 10_800] as const } : {}),
});

const OPERATIONS: readonly Operation[] = [
  { name: 'getppid', loop: Array<string>(20).fill('getppid()'), call: 'getppid', real: [5.57e6, 11.08e6] },
  {
    name: 'unshare(FS), not shared',
    loop: Array<string>(20).fill('unshare(FS)'),
    call: 'unshare',
    real: [5.77e6, 11.8e6],
  },
  {
    name: 'unshare(FILES), not shared',
    loop: Array<string>(20).fill('unshare(FILES)'),
    call: 'unshare',
    real: [5.98e6, 11.2e6],
  },
  newns(5),
  newns(20),
  newns(80),
  {
    name: 'clone(all) + exit + wait',
    loop: ['c = clone(VM|FS|FILES|SIGHAND) -> kid', 'wait()'],
    tasks: KID,
    call: 'clone',
    real: [38_800, 58_900],
  },
  {
    name: 'the same, child unshare(FS|FILES)',
    loop: ['c = clone(VM|FS|FILES|SIGHAND) -> kid', 'wait()'],
    tasks: 'task kid:\n    unshare(FS|FILES)\n    exit(0)\n',
    call: 'clone',
    real: [30_800, 51_800],
  },
  {
    name: 'fork + exit + wait',
    loop: ['c = fork() -> kid', 'wait()'],
    tasks: KID,
    call: 'fork',
    real: [6_500, 10_800],
  },
];

function program({ loop, before = [], tasks = '', profile = 'linux-2.6.16' }: Operation, drivers: number): string {
  const driver = (i: number): string =>
    [
      `task d${i}:`,
      ...before.map((line) => `    ${line}`),
      '    repeat forever:',
      ...loop.map((line) => `        ${line}`),
    ].join('\n');
  return `profile ${profile}\n${Array.from({ length: drivers }, (_, i) => driver(i)).join('\n')}\n${tasks}`;
}

/** Table of operations a second, the model's and the real kernel's, at one and two CPUs. */
export async function shapeTable(quick: boolean): Promise<string[]> {
  const milliseconds = quick ? 300 : 700;
  const rows: string[][] = [];
  for (const operation of OPERATIONS) {
    const run = (cpus: number) => async (): Promise<number> =>
      (await measure({ text: program(operation, cpus), cpus, milliseconds })).calls.get(operation.call) ?? 0;
    const [one, two] = await interleaved(quick ? 1 : 3, [run(1), run(2)]);
    if (one === undefined || two === undefined) continue;
    const scale = (two.median / one.median).toFixed(2);
    const { real } = operation;
    const beside = real ? [short(real[0]), short(real[1]), (real[1] / real[0]).toFixed(2)] : ['', '', ''];
    rows.push([operation.name, short(one.median), short(two.median), scale, ...beside]);
  }
  return table([['operations a second', '1 CPU', '2 CPUs', 'scale', 'real, 1', 'real, 2', 'scale'], ...rows]);
}
