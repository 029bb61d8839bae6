/** What a listed function does is passed over; what a far caller of it does is not, where the list says so. */
import { expect, test } from 'vitest';
import { isBenign } from '../../dist/src/check/observers/benign-races.js';

const chain = (...functions: string[]) =>
  functions.map((name) => ({ function: name, file: `src/kernel/${name}.ts`, line: 1 }));
const waits = chain('wait_task_zombie', 'tell', 'do_wait');

test('do_signal takes back the number of a stop; the code of a task that it kills is another matter', () => {
  expect(isBenign('task_struct->exit_code', [chain('do_signal', 'return_to_user'), waits])).toBe(true);
  expect(isBenign('task_struct->exit_code', [waits, chain('do_signal', 'return_to_user')])).toBe(true);
  expect(isBenign('task_struct->exit_code', [chain('do_exit', 'do_group_exit', 'do_signal'), waits])).toBe(false);
  expect(isBenign('task_struct->pid', [chain('do_signal', 'return_to_user'), waits])).toBe(false);
});

test('a list that names callers passes over what they call', () => {
  expect(isBenign('task_struct->state', [chain('try_to_wake_up'), chain('add_wait_queue', 'do_wait')])).toBe(true);
});
