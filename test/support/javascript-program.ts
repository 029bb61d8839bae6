/** Whole programs, in a world of agents and in Node itself. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../dist/src/base/random.js';
import { Output } from '../../dist/src/javascript/platform/console.js';
import { type ProgramOptions, sharedOf, startProgram } from '../../dist/src/javascript/platform/start.js';
import { World, type WorldOptions } from '../../dist/src/javascript/world/world.js';

export interface Ran {
  readonly world: World;
  /** `end` when nobody can go on, `spins` when all that can only reread. */
  readonly how: 'end' | 'failure' | 'spins' | 'cut';
  readonly lines: string[];
  readonly output: Output;
}

/** Drives a world by chance to its end. */
export function driveToEnd(world: World, seed: number, steps = 20_000): Ran['how'] {
  const random = new Random(seed);
  for (let i = 0; i < steps; i++) {
    if (world.failure !== undefined) return 'failure';
    const able = world.agents.filter((agent) => world.enabled(agent));
    const ready = able.filter(({ reread }) => reread === undefined);
    if (ready.length > 0) {
      const agent = random.pick(ready);
      world.step(agent, random.below(agent.operation?.values ?? 1));
      continue;
    }
    const next = world.nextInTime(100_000);
    if (next === undefined) return able.length === 0 ? 'end' : 'spins';
    world.passTime(next);
  }
  return 'cut';
}

export function runFile(file: string, seed: number, options: ProgramOptions & WorldOptions = {}): Ran {
  const world = new World({ seed, ...options });
  const output = new Output();
  startProgram(sharedOf(world, file, { seed, output, ...options }));
  const how = driveToEnd(world, seed);
  return { world, how, output, lines: output.lines.map(({ text }) => text) };
}

/** Files in a folder of their own, which is gone when `use` is over. */
export function withFiles<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'agents-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program's text, run under each of the seeds. */
export function runText(text: string, seeds: readonly number[] = [1], name = 'main.mjs', options = {}): Ran[] {
  return withFiles({ [name]: text }, (folder) => seeds.map((seed) => runFile(join(folder, name), seed, options)));
}

/** What Node prints for the same text, and its exit code. */
export function nodeRuns(text: string, name = 'main.mjs'): { lines: string[]; code: number | null } {
  return withFiles({ [name]: text }, (folder) => {
    const { stdout, status } = spawnSync(process.execPath, [join(folder, name)], { encoding: 'utf8' });
    return { lines: stdout.split('\n').slice(0, -1), code: status };
  });
}
