/** Parts of a search of a stranger's code, in a process that has no rights: options in, result out, every bug as it is seen. */
import { PartProcess } from '../src/cli/part-process.ts';

new PartProcess().listen();
