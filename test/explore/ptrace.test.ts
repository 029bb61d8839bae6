/** ptrace against exit, exec, wait and the tracer's own end, in random order. */
import { expect, test } from 'vitest';
import { programText, subjectOfText, walks } from '../support/programs.ts';

const programs = ['ptrace', 'ptrace-attach-exit', 'ptrace-attach-exec', 'ptrace-tracer-exits', 'ptrace-detach-wait'];

test.each(programs)('%s on linux-6: nothing is found', (name) => {
  const seen = walks(subjectOfText(programText(name, 'linux-6')), 40);
  expect(seen.flatMap(({ bugs }) => bugs.map(({ title }) => title))).toEqual([]);
});

test('2.6 marks a task as traced under one lock and links it under another', () => {
  const seen = walks(subjectOfText(programText('ptrace-attach-exec', 'linux-2.6.16')), 40);
  const titles = seen.flatMap(({ bugs }) => bugs.map(({ title }) => title));
  expect(titles.some((title) => /task_struct->ptrace against .*mark_traced/.test(title))).toBe(true);
});
