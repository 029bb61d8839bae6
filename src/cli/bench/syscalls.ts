/** tasklock bench syscalls [MIX...] */
import type { Command } from 'commander';
import { mixes } from '../../lab/kernel/mixes.ts';
import { wrapped } from '../../report/wrap.ts';
import { didYouMean } from '../../base/suggest.ts';
import { parseProfile, UsageError } from '../usage.ts';
import { benchKernel, type KernelFlags, kernelOptions } from './kernel.ts';

async function benchSyscalls(names: readonly string[], flags: KernelFlags): Promise<number> {
  const profile = parseProfile(flags.profile);
  const known = mixes.map((mix) => mix.name);
  for (const name of names) {
    if (!known.includes(name)) {
      throw new UsageError(`unknown mix "${name}"${didYouMean(name, known)}: there are ${known.join(', ')}`);
    }
  }
  const programs = mixes
    .filter((mix) => names.length === 0 || names.includes(mix.name))
    .map(({ name, text }) => ({
      name,
      mayFail: false,
      text: (cpus: number) => `profile ${profile}\n${text(cpus)}`,
    }));
  return await benchKernel('syscalls', profile, programs, flags);
}

export function addSyscalls(bench: Command, finish: (code: number) => void): void {
  const command = bench
    .command('syscalls')
    .argument('[mixes...]', 'which mixes; all of them when none is named')
    .summary('system calls a second of the kernel, with its own locks and with others')
    .description('Measures mixes of system calls on real threads, with the locks of the kernel and with others.')
    .addHelpText('after', `\nMixes:\n${mixes.flatMap(({ name, about }) => wrapped(`  ${name}: ${about}`)).join('\n')}`);
  kernelOptions(command).action(async (names: string[], flags: KernelFlags) =>
    finish(await benchSyscalls(names, flags)),
  );
}
