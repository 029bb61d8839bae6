/** The parts of a search that tries everything: what they cost to find. That they come to the same is asked in *-parts and dpor-*. */
import { expect, test } from 'vitest';
import { partsOf } from '../../dist/src/explore/search/split.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import type { Target } from '../../dist/src/explore/subject/targets.js';

/** Counts the executions that are begun. */
class Counted extends ModuleSubject {
  resets = 0;

  override reset(): void {
    this.resets++;
    super.reset();
  }
}

async function found(text: string): Promise<{ roots: number; deepest: number; resets: number }> {
  const whole = `import { load, store, xadd } from 'tasklock/bus';\n${text}`;
  const subject = new Counted(await loadModuleText('/nowhere/m.ts', whole, new Map()));
  const target: Target = {
    kind: 'module',
    name: 'm.ts',
    path: '/nowhere/m.ts',
    text: whole,
    settings: {},
    mutant: null,
  };
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0, watched: [] };
  const parts = partsOf(subject, { ...rest, target, strategy: 'dpor', last: Number.MAX_SAFE_INTEGER });
  const depths = parts.map(({ root }) => root?.decisions.length ?? 0);
  return { roots: parts.length, deepest: Math.max(...depths), resets: subject.resets };
}

test('a stretch in which only one can go on is one execution, not one for each of its moves', async () => {
  const alone = await found('export const cpus = [() => { for (let i = 0; i < 30; i++) store(0x1000, i); }];');
  expect(alone).toMatchObject({ roots: 1, resets: 1 });
  expect(alone.deepest).toBeGreaterThan(25);
});
