import { runCpu } from '../src/smp/cpu.ts';
import { playCpu } from '../src/smp/cpu-thread.ts';

void playCpu(runCpu);
