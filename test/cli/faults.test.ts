/** --faults and --fault-sites on the command line: what is taken, what is refused and how, what is told. */
import { describe, expect, test } from 'vitest';
import { inRepository } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const PROGRAM = inRepository('test/fixtures/programs/chdir-fails.prog');
const MODULE = inRepository('examples/counter.ts');

describe('refused', () => {
  test.each([
    [
      'a setting that there is not',
      ['explore', PROGRAM, '--faults', 'some'],
      /--faults takes none, each, nth:N .* not "some"/,
    ],
    ['the 0th', ['run', PROGRAM, '--faults', 'nth:0'], /--faults takes none, each, nth:N/],
    ['a chance above 1', ['stress', PROGRAM, '--faults', 'rate:1.5'], /rate:P with P from 0 to 1, not "rate:1\.5"/],
    [
      'a site that there is not',
      ['explore', PROGRAM, '--faults', 'each', '--fault-sites', 'slab,fs_strut'],
      /unknown fault site "fs_strut".*fs_struct/,
    ],
    ['sites without a setting', ['run', PROGRAM, '--fault-sites', 'slab'], /--fault-sites says what --faults may fail/],
    ['each where nobody searches', ['stress', PROGRAM, '--faults', 'each'], /--faults each is for explore/],
    ['each of run', ['run', PROGRAM, '--faults', 'each'], /--faults each is for explore/],
    [
      'a chance where nothing is drawn',
      ['explore', PROGRAM, '--faults', 'rate:0.1', '--strategy', 'dpor'],
      /rate:P is drawn, and dpor draws nothing/,
    ],
    ['faults of a module', ['explore', MODULE, '--faults', 'each'], /--faults is for scenarios/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await shared(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('told', () => {
  test('by run: which call failed, and that expectations are not judged', async () => {
    const { code, stdout } = await shared(['run', PROGRAM, '--faults', 'nth:1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/chdir\("\/a"\) += EFAULT/);
    expect(stdout).toMatch(/^faults nth:1: 1 of 1 that may fail did\nPASS: .*expectations are not judged\n$/m);
  });

  test('by run, the same for the same seed', async () => {
    const args = ['run', inRepository('examples/fs-sharing.prog'), '--faults', 'rate:0.2', '--seed', '7', '--json'];
    const [one, other] = [await shared(args), await shared(args)];
    expect(one.stdout).toBe(other.stdout);
    expect(JSON.parse(one.stdout).faults).toMatchObject({ setting: 'rate:0.2', sites: [] });
    expect(JSON.parse(one.stdout).faults.failed).toBeGreaterThan(0);
  });

  test('by explore: what failed, in text and JSON', async () => {
    const args = ['explore', PROGRAM, '--faults', 'each', '--executions', '20', '--seed', '3', '--quiet'];
    const { code, stdout } = await shared(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^faults each: \d+ failures? on purpose, in \d+ executions?$/m);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/not judged: .*expectations and waits behind a failure on purpose/);
    const document = JSON.parse((await shared([...args, '--json'])).stdout);
    expect(document.identity.subjects[0].faults).toBe('each');
    expect(document.failing).toBeGreaterThan(0);
    expect(document.failing).toBeLessThan(20);
  });

  test('and nothing of it without', async () => {
    const { stdout } = await shared(['explore', PROGRAM, '--executions', '5', '--seed', '1', '--quiet', '--json']);
    const document = JSON.parse(stdout);
    expect('failing' in document || 'faults' in document.identity.subjects[0]).toBe(false);
  });

  test('by stress on real threads', async () => {
    const args = [
      'stress',
      'mix',
      '--faults',
      'rate:0.01',
      '--profile',
      'linux-6',
      '--iterations',
      '40',
      '--seed',
      '3',
    ];
    const { code, stdout } = await shared([...args, '--quiet', '--json']);
    expect(code).toBe(0);
    const { faults, verdict } = JSON.parse(stdout);
    expect(verdict).toBe('pass');
    expect(faults.failed).toBeGreaterThan(0);
    expect(faults.failed / faults.asked).toBeLessThan(0.05);
  });
});
