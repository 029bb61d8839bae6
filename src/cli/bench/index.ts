/** tasklock bench [locks|syscalls|scenario] */
import type { Command } from 'commander';
import { addLocks } from './locks.ts';
import { addScenario } from './scenario.ts';
import { addSyscalls } from './syscalls.ts';

export function benchCommand(program: Command, finish: (code: number) => void): void {
  const bench = program
    .command('bench')
    .summary('measure locks under contention')
    .description('Measures locks under contention; without a subcommand bench locks.');
  addLocks(bench, finish);
  addSyscalls(bench, finish);
  addScenario(bench, finish);
}
