/** Completion in the shells, as they do it; and the overview of all commands, which reads none of their files. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import { strategies } from '../../dist/src/explore/strategies/index.js';
import { smallScenarios } from '../../dist/src/scenario/small/index.js';
import { shared } from '../support/cli-shared.ts';
import { inRepository } from '../support/cli-process.ts';

const script = async (shell: string): Promise<string> => (await shared(['completion', shell])).stdout;
const installed = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const names = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name);

/** What bash makes of each line when Tab is pressed at its end. `marks` are where it cuts words. */
async function completed(lines: readonly string[], marks = ' \t\n"\'@><=;|&(:'): Promise<string[][]> {
  const ask = `eval "$(cat)"; COMP_WORDBREAKS=$MARKS
    for line in "$@"; do COMP_LINE=$line COMP_POINT=\${#line}; _tasklock; echo "\${COMPREPLY[*]}"; done`;
  const { stdout, stderr } = spawnSync('bash', ['-c', ask, 'bash', ...lines], {
    input: await script('bash'),
    cwd: inRepository('.'),
    encoding: 'utf8',
    env: { ...process.env, MARKS: marks },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').map((line) => line.split(' ').filter((word) => word !== ''));
}

test('bash completes commands, options, values, operands and files', async () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'tasklock exp': ['explore'],
    'tasklock explore --str': ['--strategy', '--strict'],
    'tasklock explore --strategy ': names(strategies),
    'tasklock explore --strategy=po': ['pos'],
    'tasklock explore --profile linux-2': ['linux-2.6.16'],
    'tasklock explore --seed 1 mm-': names(smallScenarios).filter((name) => name.startsWith('mm-')),
    'tasklock explore lock:mc': ['mcs'],
    'tasklock stress --quiet unshare-test': names(scenarios).filter((name) => name.startsWith('unshare-test')),
    'tasklock bench ': ['locks', 'syscalls', 'scenario'],
    'tasklock bench locks --clock m': ['model'],
    'tasklock list sc': ['scenarios'],
    'tasklock run examples/getp': ['examples/getpid.prog'],
    'tasklock replay --out nosuch': [],
    'tasklock explore --out exampl': ['examples'],
    'tasklock nosuch': [],
  };
  const all = await completed(Object.keys(cases));
  Object.values(cases).forEach((words, i) => expect(all[i], Object.keys(cases)[i]).toEqual(words));
});

test('bash that does not cut words at : and = gets them whole', async () => {
  const [lock, option] = await completed(['tasklock explore lock:mc', 'tasklock explore --strategy=po'], ' \t\n');
  expect(lock).toEqual(['lock:mcs']);
  expect(option).toEqual(['--strategy=pos']);
});

test.each(['bash', 'zsh', 'fish'])('%s: the script names every command and every strategy', async (shell) => {
  const text = await script(shell);
  for (const word of ['explore', 'minimize', 'syscalls', 'doctor', '-strategy', ...names(strategies)]) {
    expect(text.replaceAll(' -l ', ' --')).toContain(word);
  }
  expect(text).not.toContain('undefined');
});

test.skipIf(!installed('zsh'))('zsh takes the script', async () => {
  expect(spawnSync('zsh', ['-n'], { input: await script('zsh'), encoding: 'utf8' }).stderr).toBe('');
});

test.skipIf(!installed('fish'))('fish takes the script, and completes with it', async () => {
  const ask = "source; complete -C'tasklock exp'; complete -C'tasklock explore --strategy po'";
  const { stdout, stderr } = spawnSync('fish', ['-c', ask], { input: await script('fish'), encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.split('\n').map((line) => line.split('\t')[0])).toEqual(['explore', 'pos', '']);
});

test('another shell is wrong usage', async () => {
  const { code, stderr } = await shared(['completion', 'bahs']);
  expect(stderr).toBe('tasklock: unknown shell "bahs"; did you mean "bash"?: there are bash, zsh, fish\n');
  expect(code).toBe(2);
});

test('the overview says of every command what the command says of itself', async () => {
  const { stdout } = await shared(['--help']);
  // Whatever begins with an option that is not one is left to the whole command line.
  const whole = await shared(['--frobnicate', '--help']);
  expect(stdout).toBe(whole.stdout);
  expect(stdout).toContain('explore [options] [target]');
  expect((await shared(['help', 'explore'])).stdout).toBe((await shared(['explore', '--help'])).stdout);
});
