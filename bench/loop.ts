/**
 * The bare loop of a search: reset, choose, step, and nothing else. At random, and in a fixed order, where every branch of
 * the loop can be foretold. Measured in a thread of its own, whose engine then knows one subject and one choice only.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RandomWalk } from '../src/explore/strategies/random.ts';
import { subjectOf } from '../src/explore/subject/targets.ts';
import { table } from '../src/report/table.ts';
import type { Move } from '../src/stepped/move.ts';
import type { Moves } from '../src/stepped/moves.ts';
import { interleaved, short } from './rounds.ts';
import { pointerSwap } from './search.ts';

interface Job {
  readonly readers: number;
  readonly fixed: boolean;
  readonly executions: number;
}

/** Executions a second, and steps of one execution. */
interface Speed {
  readonly rate: number;
  readonly steps: number;
}

async function measure({ readers, fixed, executions }: Job): Promise<Speed> {
  const subject = await subjectOf(await pointerSwap(readers));
  const { machine } = subject;
  const walk = new RandomWalk(1);
  const choose = fixed ? (moves: Moves): Move => moves.first() : (moves: Moves): Move => walk.choose(moves);
  const run = (index: number): number => {
    let steps = 0;
    walk.begin(index);
    subject.reset();
    for (let moves = machine.moves(); !moves.isEmpty; moves = machine.moves()) {
      machine.step(choose(moves));
      steps++;
    }
    return steps;
  };
  for (let i = 0; i < executions / 10; i++) run(i);
  let steps = 0;
  const startedAt = performance.now();
  for (let i = 0; i < executions; i++) steps += run(i);
  return { rate: (executions * 1000) / (performance.now() - startedAt), steps: steps / executions };
}

function inThread(job: Job): Promise<Speed> {
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

/** Executions a second at random, and what a step takes then and in a fixed order. */
export async function loopTable(quick: boolean): Promise<string[]> {
  const executions = quick ? 300_000 : 1_500_000;
  const rows: string[][] = [];
  for (const readers of [1, 2, 3, 4]) {
    const steps: number[] = [];
    const runs = [false, true].map((fixed, i) => async (): Promise<number> => {
      const speed = await inThread({ readers, fixed, executions });
      steps[i] = speed.steps;
      return speed.rate;
    });
    const [random, fixed] = await interleaved(quick ? 3 : 5, runs);
    if (random === undefined || fixed === undefined) continue;
    const step = [random, fixed].map(({ median }, i) => (1e9 / median / (steps[i] ?? Number.NaN)).toFixed(1));
    rows.push([`${readers} readers`, short(random.median), short(random.max), ...step]);
  }
  return table([['bare loop', 'executions/s', 'best', 'ns a step', 'fixed order'], ...rows]);
}

if (!isMainThread) parentPort?.postMessage(await measure(workerData as Job));
