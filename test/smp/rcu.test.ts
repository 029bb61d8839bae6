/** Descriptors that are closed while others look them up, on real threads: no file is used after RCU has given it back. */
import { expect, test } from 'vitest';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { stressProgram, verdictOf } from './stress-run.ts';

const PROGRAM = `cpus 3
task owner:
    clone(FILES) -> second
    clone(FILES) -> reader
    repeat 400:
        open("/f")
        close(0)
    repeat 2: wait()
task second:
    repeat 400:
        open("/g")
        close(1)
task reader:
    repeat 1000:
        lseek(0, 1)
        fdget(1)
`;

test.each(profileNames)('%s', { timeout: 120_000 }, async (profile) => {
  const result = await stressProgram(`profile ${profile}\n${PROGRAM}`, 3);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
});
