/** The programs that a real kernel ran (test/oracle), with its answers. */
import { readFileSync } from 'node:fs';
import type { RecordedProgram } from '../../dist/src/conform/recording-types.js';

export const recordedPrograms: readonly RecordedProgram[] = ['programs', 'directed'].flatMap((name) =>
  readFileSync(new URL(`../oracle/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedProgram),
);

export const nameOf = ({ name, seed }: RecordedProgram): string => name ?? `seed ${seed}`;
