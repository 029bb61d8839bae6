/** Recordings for tests: of the size of a kernel bug as explorations find them. */
import { Random } from '../../dist/src/base/random.js';
import type { Recording } from '../../dist/src/recording/format.js';

export const PROGRAM = `profile desai-2005
cpus 2
task parent:
    c = clone(FS|FILES) -> child
    r = unshare(FS)
    chdir("/a")
    expect r == 0
    w, code = wait(c)
    expect code == 7
task child:
    chdir("/b")
    r = unshare(FILES|NEWNS)
    exit(7)
task watcher:
    repeat 3: readlink("/proc/parent/cwd")
    kill(child, 0)
`;

/** Decisions in `runs` runs of CPUs that differ from their neighbours. */
export function someDecisions(seed: number, steps: number, runs: number, cpus: number): Uint16Array {
  const random = new Random(seed);
  const cuts = new Set([0]);
  while (cuts.size < runs) cuts.add(random.below(steps));
  const decisions = new Uint16Array(steps);
  let cpu = random.below(cpus);
  for (let step = 0; step < steps; step++) {
    if (step > 0 && cuts.has(step)) cpu = (cpu + 1 + random.below(cpus - 1)) % cpus;
    decisions[step] = cpu;
  }
  return decisions;
}

export const sample: Recording = {
  tasklock: '0.1.0',
  buildId: 'aee10b7a8f8733a2',
  subject: { kind: 'scenario', name: 'fs-of-two.prog', text: PROGRAM },
  profile: 'desai-2005',
  mutant: null,
  model: 'sc',
  cpus: 2,
  seed: 3739678614,
  strategy: 'random',
  verdict: { title: 'isolation: task whose root is on a dismantled tree in sys_unshare', kind: 'isolation' },
  finalHash: '5f0c81a2b3d4e697',
  checkers: [
    'use-after-free',
    'refcount',
    'lock-order',
    'sleep-in-atomic',
    'deadlock',
    'livelock',
    'data-race',
    'spec',
    'leak',
  ],
  stepBound: 20_000,
  decisions: someDecisions(1, 3000, 41, 2),
};
