export { runCpu as default } from '../src/smp/cpu.ts';
