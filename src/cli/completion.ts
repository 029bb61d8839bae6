/** tasklock completion bash|zsh|fish */
import type { Command } from 'commander';
import { didYouMean } from '../base/suggest.ts';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { placesOf } from './completion/places.ts';
import { zshScript } from './completion/zsh.ts';
import { print } from './output.ts';
import { EXIT_OK, UsageError } from './usage.ts';

const shells = { bash: bashScript, zsh: zshScript, fish: fishScript };
const names = Object.keys(shells) as (keyof typeof shells)[];

const HELP = `
bash: echo 'source <(tasklock completion bash)' >> ~/.bashrc
zsh:  echo 'source <(tasklock completion zsh)' >> ~/.zshrc, behind compinit
fish: tasklock completion fish > ~/.config/fish/completions/tasklock.fish`;

export function completionCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('completion')
    .argument('<shell>', names.join(', '))
    .summary('what makes a shell complete commands, options and names')
    .description('Prints a script that makes a shell complete commands, options, scenarios, strategies and the like.')
    .addHelpText('after', HELP)
    .action((shell: string) => {
      const found = names.find((name) => name === shell);
      if (found === undefined) {
        throw new UsageError(`unknown shell "${shell}"${didYouMean(shell, names)}: there are ${names.join(', ')}`);
      }
      print(shells[found](placesOf(program)));
      finish(EXIT_OK);
    });
}
