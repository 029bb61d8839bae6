/** tasklock bench scenario NAME */
import type { Command } from 'commander';
import type { KernelProgram } from '../../lab/kernel/run.ts';
import { parseProgram } from '../../scenario/parser.ts';
import { readProgram, scenarioNamed } from '../scenario-argument.ts';
import { parseProfile } from '../usage.ts';
import { benchKernel, type KernelFlags, kernelOptions } from './kernel.ts';

function programOf(name: string, flags: KernelFlags): { readonly profile: string; readonly program: KernelProgram } {
  if (name.endsWith('.prog')) {
    const own = readProgram(name, flags.profile);
    const { profile } = parseProgram(own, name);
    // The file's own number of CPUs gives way to --cpus.
    return { profile, program: { name, mayFail: true, text: () => own.replace(/^cpus .*$/m, '') } };
  }
  const found = scenarioNamed(name);
  const profile = parseProfile(flags.profile);
  const text = (cpus: number): string =>
    found.text({ profile, cpus, seed: 1, iterations: undefined }).replace(/^cpus .*$/m, '');
  return { profile, program: { name, mayFail: true, text } };
}

export function addScenario(bench: Command, finish: (code: number) => void): void {
  const command = bench
    .command('scenario')
    .argument('<scenario>', 'a built-in scenario or a .prog file that loops for ever')
    .summary('system calls and locks of a scenario')
    .description('Measures a scenario on real threads: calls by type, and with --stat the locks of every class.');
  kernelOptions(command).action(async (name: string, flags: KernelFlags) => {
    const { profile, program } = programOf(name, flags);
    finish(await benchKernel('scenario', profile, [program], flags));
  });
}
