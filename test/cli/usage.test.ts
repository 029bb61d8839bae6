import { describe, expect, test } from 'vitest';
import { listNames } from '../../dist/src/report/lists.js';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

/** Wrong usage: exit code 2, nothing on stdout, and one line on stderr that says this. */
const wrong: readonly (readonly [args: string, says: RegExp])[] = [
  ['', /no command given; try tasklock --help/],
  ['frobnicate', /unknown command 'frobnicate'/],
  ['strss', /unknown command 'strss'.*Did you mean stress\?/],
  ['run', /missing required argument 'program'/],
  ['run nosuch.prog', /there is no file nosuch\.prog/],
  ['run src', /src is not a file/],
  ['run nosuch.prog --josn', /unknown option '--josn'/],
  ['stress --cpus 0', /--cpus takes a whole number from 1 to 64, not "0"/],
  ['stress --cpus 65', /--cpus takes a whole number from 1 to 64, not "65"/],
  ['stress --cpus two', /--cpus takes a whole number from 1 to 64, not "two"/],
  ['stress --cpus 1.5', /--cpus takes a whole number from 1 to 64, not "1\.5"/],
  ['stress --profile nope', /unknown profile "nope": there are desai-2005, linux-2\.6\.16, linux-6/],
  ['stress --profile linux-2.6.15', /unknown profile "linux-2\.6\.15"; did you mean "linux-2\.6\.16"\?/],
  ['stress --duration x', /--duration takes a time such as 500ms, 1.5s, 2m or 1h, not "x"/],
  ['stress --duration 90', /not "90" \(a number needs its unit\)/],
  ['stress --duration 1.5d', /--duration takes a time such as/],
  ['stress --duration 0s', /--duration takes a time such as/],
  ['stress --duration -3s', /--duration/],
  ['stress --iterations 0', /--iterations takes a whole number of 1 or more, not "0"/],
  ['stress --iterations 5 --duration 5s', /give --duration or --iterations, not both/],
  ['stress --seed -1', /--seed/],
  ['stress --seed 4294967296', /--seed takes a whole number from 0 to 4294967295, not "4294967296"/],
  ['stress clone-exit-strom', /unknown scenario "clone-exit-strom"; did you mean "clone-exit-storm"\?/],
  ['stress zzz', /unknown scenario "zzz": there are unshare-test-plan, .*, or a \.prog file/],
  ['stress nosuch.prog', /there is no file nosuch\.prog/],
  ['stress examples/undo.prog --profile linux-7', /unknown profile "linux-7"; did you mean "linux-6"\?/],
  ['run examples/undo.prog --profile linux-7', /unknown profile "linux-7"/],
  ['conform', /missing required argument 'files'/],
  ['conform nosuch.json', /there is no file nosuch\.json/],
  ['conform package.json', /package\.json is no recording/],
  ['conform --profile bsd test/oracle/clone.json', /unknown profile "bsd"/],
  ['list scenaros', /nothing to list called "scenaros"; did you mean "scenarios"\?/],
];

describe('wrong usage exits 2 with one line on stderr and nothing on stdout', () => {
  test.each(wrong)('tasklock %s', async (args, says) => {
    const result = await shared(args === '' ? [] : args.split(' '), { cwd: inRepository('.') });
    expect(result.stderr).toMatch(/^tasklock: .+\n$/);
    expect(result.stderr).toMatch(says);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(2);
  });

  test('tasklock stress --out package.json', async () => {
    const result = await tasklock(['stress', '--out', 'package.json', '--duration', '1s'], { cwd: inRepository('.') });
    expect(result.stderr).toMatch(/^tasklock: --out names no directory: package.json\n$/m);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(2);
  });
});

describe('what there is', () => {
  test('--help names every command and every exit code', async () => {
    const { code, stdout } = await tasklock(['--help']);
    expect(code).toBe(0);
    for (const command of ['run', 'stress', 'conform', 'list', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout.replaceAll('\n', ' ')).toMatch(/Exit codes: 0 .* 1 .* 2 .* 3 .* 70 .* 130 /);
  });

  test('stress --help names every option', async () => {
    const { code, stdout } = await shared(['stress', '--help']);
    expect(code).toBe(0);
    const options = ['--cpus', '--duration', '--iterations', '--seed', '--profile', '--out', '--strict', '--json'];
    for (const option of [...options, '--quiet']) expect(stdout).toContain(option);
  });

  test('--version prints version and build', async () => {
    const { code, stdout } = await tasklock(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+ \(build [0-9a-f]{16}\)\n$/);
    expect(code).toBe(0);
  });

  test.each([
    ['scenarios', /^unshare-test-plan\n.*\n\s+invariant: /],
    ['profiles', /^desai-2005 .*\nlinux-2\.6\.16 .*\nlinux-6 .*\n$/],
    ['locks', /^algorithms, for explore lock:NAME and bench:\ntas  [^]*\ntasklist_lock\nalloc_lock\nsiglock\n/],
    ['mutants', /^tas-test-then-set +lock:tas\n/],
    ['', /^tasklock list scenarios +.*\n(?:.*\n)*tasklock list mutants +.*\ntasklock list faults +.*\n$/],
  ])('list %s', async (what, shows) => {
    const { code, stdout, stderr } = await shared(['list', ...(what === '' ? [] : [what])]);
    expect(stdout).toMatch(shows);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('list --json has every list, list WHAT --json that one', async () => {
    const all = JSON.parse((await shared(['list', '--json'])).stdout);
    expect(Object.keys(all)).toEqual(['schema', 'command', ...listNames]);
    expect(all).toMatchObject({ schema: 'tasklock.list/1', command: 'list' });
    for (const what of listNames) {
      const one = JSON.parse((await shared(['list', what, '--json'])).stdout);
      expect(one).toEqual({ schema: 'tasklock.list/1', command: 'list', [what]: all[what] });
      // Whatever the text names as an entry is one, and the other way round.
      const { stdout } = await shared(['list', what]);
      const names = all[what].map(({ name }: { readonly name: string }) => name);
      expect(stdout.split('\n').flatMap((line) => /^[\w.>-]+(?=$| +[^ ])/.exec(line) ?? [])).toEqual(
        expect.arrayContaining(names),
      );
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
