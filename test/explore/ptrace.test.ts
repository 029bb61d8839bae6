/** ptrace against exit, exec, wait and the tracer's own end, in random order. */
import { expect, test } from 'vitest';
import { programText, subjectOfText, walks } from '../support/programs.ts';

const programs = ['ptrace', 'ptrace-attach-exit', 'ptrace-attach-exec', 'ptrace-tracer-exits', 'ptrace-detach-killed'];

test.each(programs)('%s on linux-6: nothing is found', (name) => {
  const seen = walks(subjectOfText(programText(name, 'linux-6')), 10);
  expect(seen.flatMap(({ bugs }) => bugs.map(({ title }) => title))).toEqual([]);
});
