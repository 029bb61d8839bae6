/** A built-in scenario: a program text made for a number of CPUs and a seed, and the sentence that must hold. */
import type { ProfileName } from '../../kernel/profiles.ts';

export interface ScenarioOptions {
  readonly profile: ProfileName;
  readonly cpus: number;
  readonly seed: number;
  /** Rounds of each driving task; without it they go on until the machine winds down. */
  readonly iterations: number | undefined;
}

export interface Scenario {
  readonly name: string;
  /** What the scenario does. */
  readonly about: string;
  /** What must hold, in one sentence. */
  readonly invariant: string;
  readonly text: (options: ScenarioOptions) => string;
}

/** The lines every built-in program begins with. */
export function heading(options: ScenarioOptions, about: string): string[] {
  return [`# ${about}`, `profile ${options.profile}`, `cpus ${options.cpus}`];
}

/** The head of a loop that drives the scenario. */
export const driverLoop = (options: ScenarioOptions): string =>
  options.iterations === undefined ? 'repeat forever:' : `repeat ${options.iterations}:`;

/** How many independent drivers keep this many CPUs busy. */
export const drivers = (cpus: number): number => Math.max(1, Math.min(8, Math.ceil(cpus / 2)));

export const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** The lines of so many like things. */
export const each = (count: number, lines: (index: number) => string[]): string[] =>
  Array.from({ length: count }, (_, index) => lines(index)).flat();

/** A task with its body. */
export const task = (head: string, body: readonly string[]): string[] => ['', `task ${head}:`, ...indent(body)];
