/** The thread of a command: arguments in, what it prints and its exit code out. */
import { EXIT_DEFECT } from '../src/cli/exit-codes.ts';
import { done, goThroughDoor } from '../src/cli/thread.ts';

goThroughDoor();
const { perform } = await import('../src/cli/program.ts');
const { code, trouble, lost = code === EXIT_DEFECT } = await perform();
done(code, trouble, lost);
