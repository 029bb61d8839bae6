/** The thread of a command: arguments in, what it prints and its exit code out. */
import { EXIT_DEFECT } from '../src/cli/exit-codes.ts';
import { done, goThroughDoor } from '../src/cli/thread.ts';

goThroughDoor();
void import('../src/cli/program.ts')
  .then(async ({ perform }) => await perform())
  .then(({ code, trouble, lost = code === EXIT_DEFECT }) => done(code, trouble, lost));
