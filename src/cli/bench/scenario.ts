/** tasklock bench scenario NAME */
import type { Command } from 'commander';
import { imageOf, scenarioTarget, type Target } from '../../explore/targets.ts';
import type { KernelProgram } from '../../lab/kernel/run.ts';
import { scenarios } from '../../scenario/builtin/index.ts';
import { didYouMean } from '../../scenario/suggest.ts';
import { parseProfile, readInput, UsageError } from '../usage.ts';
import { benchKernel, type KernelFlags, kernelOptions } from './kernel.ts';

function programOf(name: string, flags: KernelFlags): { readonly profile: string; readonly program: KernelProgram } {
  if (name.endsWith('.prog')) {
    const own = readInput(name);
    const { profile } = imageOf(scenarioTarget(name, own) as Target & { kind: 'scenario' });
    if (flags.profile !== undefined && parseProfile(flags.profile) !== profile) {
      throw new UsageError(`${name} is written for ${profile}; change its "profile" line instead of --profile`);
    }
    // The file's own number of CPUs gives way to --cpus.
    return { profile, program: { name, mayFail: true, text: () => own.replace(/^cpus .*$/m, '') } };
  }
  const found = scenarios.find((one) => one.name === name);
  const names = scenarios.map((one) => one.name);
  if (found === undefined) {
    throw new UsageError(
      `unknown scenario "${name}"${didYouMean(name, names)}: there are ${names.join(', ')}, or a .prog file`,
    );
  }
  const profile = parseProfile(flags.profile ?? 'linux-2.6.16');
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
