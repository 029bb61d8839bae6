/** Programs of test/fixtures/programs as subjects to explore. */
import { readFileSync } from 'node:fs';
import { frameText } from '../../dist/src/check/evidence/call-chain.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { KernelSubject, loadKernel } from '../../dist/src/explore/subject/kernel-subject.js';
import { type Bug, Runner } from '../../dist/src/explore/run/runner.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { imageOf, scenarioTarget, type Target } from '../../dist/src/explore/subject/targets.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';

const kernel = await loadKernel();
const ALL = checkers.map((one) => one.name);

/** The text of a program, for another profile when one is named. */
export function programText(name: string, profile?: ProfileName): string {
  const text = readFileSync(new URL(`../fixtures/programs/${name}.prog`, import.meta.url), 'utf8');
  const rest = text.replace(/^profile .*\n/m, '');
  return profile === undefined ? text : `profile ${profile}\n${rest}`;
}

export const targetOf = (name: string, text: string): Target & { kind: 'scenario' } =>
  ({ ...scenarioTarget(`${name}.prog`, text) }) as Target & { kind: 'scenario' };

export function subjectOfText(text: string, name = 'p'): KernelSubject {
  const image = imageOf(targetOf(name, text));
  return new KernelSubject(kernel, image, image.cpus);
}

export interface Walk {
  readonly bugs: readonly Bug[];
  readonly steps: number;
  readonly decisions: Uint8Array;
}

/** Random executions with every checker. */
export function walks(subject: KernelSubject, executions: number, seed = 1, observers = ALL): Walk[] {
  const runner = new Runner(subject, createObservers(observers));
  const walk = new RandomWalk(seed);
  return Array.from({ length: executions }, (_, i) => {
    const outcome = runner.run(walk, i);
    const bugs = outcome?.bugs ?? [];
    const steps = outcome?.steps ?? 0;
    return { bugs, steps, decisions: runner.decisions.slice(0, steps) };
  });
}

/** Titles of what executions found, without what the profile is known for. */
export function titlesOf(subject: KernelSubject, found: readonly Walk[]): string[] {
  const isUnknown = ({ title, details, stack }: Bug): boolean =>
    knownFinding(subject.profile, title, [...details, ...stack.map(frameText)]) === undefined;
  return [...new Set(found.flatMap(({ bugs }) => bugs.filter(isUnknown).map((bug) => bug.title)))].sort();
}
