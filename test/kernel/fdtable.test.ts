/** Descriptor tables that grow: what is in them stays, and who looks one up meanwhile has the old one as long as it needs. */
import { describe, expect, test } from 'vitest';
import { armFaults } from '../../dist/src/boot/faults.js';
import { CLONE_FILES, EMFILE, ENOMEM } from '../../dist/src/kernel/abi.js';
import { fdtable, files_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { NR_close, NR_dup, NR_dup2, NR_lseek, NR_open } from '../../dist/src/kernel/syscall-numbers.js';
import { NR_OPEN, NR_OPEN_DEFAULT } from '../../dist/src/machine/limits.js';
import { titlesOfBroken } from '../support/broken-kernel.ts';
import { Hold } from '../support/hold.ts';
import { Lab } from '../support/lab.ts';
import { subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** Places of a task's table. */
function places(lab: Lab, task: number): number {
  return lab.word(lab.word(lab.word(task + task_struct.files) + files_struct.fdt) + fdtable.max_fds);
}

describe.each(profileNames)('%s', (profile) => {
  const fresh = (): { lab: Lab; task: number } => {
    const lab = new Lab(profile);
    const task = lab.clone();
    lab.call(task, NR_open, '/f', 0);
    return { lab, task };
  };

  test('a table doubles when it is full, up to the limit', () => {
    const { lab, task } = fresh();
    const sizes = Array.from({ length: NR_OPEN - 1 }, (_, i) => {
      expect(lab.call(task, NR_dup, 0)).toBe(i + 1);
      return places(lab, task);
    });
    expect([...new Set(sizes)]).toEqual([NR_OPEN_DEFAULT, 2 * NR_OPEN_DEFAULT, 4 * NR_OPEN_DEFAULT]);
    expect(sizes.filter((size) => size === NR_OPEN_DEFAULT)).toHaveLength(NR_OPEN_DEFAULT - 1);
    expect(lab.call(task, NR_dup, 0)).toBe(-EMFILE);
    expect(lab.call(task, NR_lseek, NR_OPEN - 1, 3, 0)).toBe(3);
    expect(lab.wrong()).toEqual([]);
  });

  test('dup2 makes room at once, and a fork copies no more places than it needs', () => {
    const { lab, task } = fresh();
    expect(lab.call(task, NR_dup2, 0, NR_OPEN - 1)).toBe(NR_OPEN - 1);
    expect(places(lab, task)).toBe(NR_OPEN);
    expect(places(lab, lab.clone(0, task))).toBe(NR_OPEN);
    lab.call(task, NR_close, NR_OPEN - 1);
    const child = lab.clone(0, task);
    expect(places(lab, child)).toBe(NR_OPEN_DEFAULT);
    expect(lab.call(child, NR_lseek, 0, 2, 0)).toBe(2);
    expect(lab.wrong()).toEqual([]);
    lab.exit(child);
    lab.exit(task);
    expect(lab.wrong()).toEqual([]);
  });

  test('without memory for a larger one everything is as before', () => {
    const { lab, task } = fresh();
    const sharer = lab.clone(CLONE_FILES, task);
    armFaults(lab.memory, { setting: 'rate:1', sites: [] }, 0);
    expect(lab.call(task, NR_dup2, 0, NR_OPEN_DEFAULT)).toBe(-ENOMEM);
    armFaults(lab.memory, { setting: 'none', sites: [] }, 0);
    expect(places(lab, task)).toBe(NR_OPEN_DEFAULT);
    expect(lab.call(sharer, NR_dup2, 0, NR_OPEN_DEFAULT)).toBe(NR_OPEN_DEFAULT);
    expect(lab.wrong()).toEqual([]);
  });
});

/** Both sharers fill the first table, and go beyond it. */
const growing = (profile: ProfileName): string => `profile ${profile}
cpus 2
task owner:
    open("/f")
    dup2(0, ${NR_OPEN_DEFAULT - 2})
    clone(FILES) -> sharer
    repeat ${NR_OPEN_DEFAULT - 2}: dup(0)
    wait()
    a = dup(0)
    expect a == ${NR_OPEN_DEFAULT + 2}
task sharer:
    dup(0)
    dup(0)
    exit(0)
`;

/** The reader has the second table in hand when the owner replaces it. */
const replacing = (profile: ProfileName): string => `profile ${profile}
cpus 2
task owner:
    open("/f")
    dup2(0, ${NR_OPEN_DEFAULT})
    clone(FILES) -> reader
    dup2(0, ${2 * NR_OPEN_DEFAULT})
    wait()
task reader:
    lseek(0, 1)
    lseek(0, 1)
    exit(0)
`;

describe.each(profileNames)('%s', (profile) => {
  test('two that share a table grow it at once', { timeout: 300_000 }, () => {
    const subject = subjectOfText(growing(profile));
    expect(titlesOf(subject, walks(subject, 30))).toEqual([]);
  });

  test('one looks up while another grows it', { timeout: 300_000 }, () => {
    const subject = subjectOfText(replacing(profile));
    expect(titlesOf(subject, walks(subject, 30))).toEqual([]);
  });
});

const GIVEN_BACK = ['fdtable.js', /call_rcu\(fdt \+ \d+, 3, (?=\d+\))/, 'kmem_cache_free(22, fdt, '] as const;

test('a table that is given back at once is used after that', { timeout: 300_000 }, async () => {
  const titles = await titlesOfBroken({
    edit: GIVEN_BACK,
    program: replacing('linux-2.6.16'),
    executions: 1,
    strategy: (subject) => new Hold(subject, ['owner', 'expand_files', 3], ['reader', 'fcheck_files', 'return']),
  });
  expect(titles).toContain('use-after-free: read of freed fdtable in fcheck_files');
});
