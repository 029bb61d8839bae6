/** Explores a module as the command does, without recordings. */
import { explore } from '../../dist/src/explore/search/explore.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { moduleTarget, type Target } from '../../dist/src/explore/subject/targets.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';

export type Settings = Readonly<Record<string, number>>;

export async function exploreTarget(target: Target, strategy: string, last: number): Promise<SearchResult> {
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };
  return await explore({ target, strategy, last, ...rest });
}

export async function exploreModule(
  file: string,
  settings: Settings = {},
  strategy = 'dpor',
  last = 100_000,
): Promise<SearchResult> {
  return await exploreTarget(await moduleTarget(file, new Map(Object.entries(settings))), strategy, last);
}

/** A module written in a test: its lines, which import everything of the bus they use. */
export async function exploreText(text: string, name = 'm.ts', last = 100_000): Promise<SearchResult> {
  const target: Target = { kind: 'module', name, path: `/nowhere/${name}`, text, settings: {}, mutant: null };
  return await exploreTarget(target, 'dpor', last);
}

/** Titles of the bugs, sorted. */
export function titles({ bugs }: SearchResult): string[] {
  return bugs.map((bug) => bug.title).sort();
}

/** What is said to a module that is refused; an empty text for one that is not. */
export async function refusal(text: string, name = 'm.ts'): Promise<string> {
  try {
    await loadModuleText(`/nowhere/${name}`, text, new Map());
    return '';
  } catch (error) {
    if (error instanceof Error && error.name === 'ModuleError') return error.message;
    throw error;
  }
}
