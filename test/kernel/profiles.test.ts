/** The rules of unshare(2), request by request, for the three profiles: kernel facts as one table. */
import { beforeAll, describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { flagBits } from '../../dist/src/conform/names.js';
import { NR_setuid, NR_unshare, NR_unshare_desai } from '../../dist/src/kernel/syscall-numbers.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { profileNames, profiles } from '../../dist/src/kernel/profiles.js';
import { errorName } from '../../dist/src/scenario/constants.js';
import { Lab } from '../support/lab.ts';

/** What a call answers: an error, or OK with the parts that the caller has other ones of afterwards. */
type Answer = string;

interface Rule {
  readonly request: string;
  /** Flags of a peer that the caller cloned; `-` for none: then only the namespace is shared, with init; `alone`: nothing. */
  readonly shared: string;
  readonly uid?: 1000;
  readonly answers: readonly [desai: Answer, merged: Answer, today: Answer];
}

const EINVAL = 'EINVAL';
const rules: readonly Rule[] = [
  { request: '', shared: 'FS', answers: ['OK', 'OK', 'OK'] },
  { request: '0x1', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'PARENT', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'VFORK', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'PTRACE', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'PARENT_SETTID', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'UNTRACED', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: '0xffffffff', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'NEWTIME', shared: '-', answers: [EINVAL, EINVAL, 'OK'] },
  { request: 'NEWTIME', shared: '-', uid: 1000, answers: [EINVAL, EINVAL, 'EPERM'] },

  { request: 'FS', shared: '-', answers: [EINVAL, 'OK', 'OK'] },
  { request: 'FS', shared: 'FS', answers: [EINVAL, 'OK FS', 'OK FS'] },
  { request: 'FILES', shared: '-', answers: [EINVAL, 'OK', 'OK'] },
  { request: 'FILES', shared: 'FILES', answers: [EINVAL, 'OK FILES', 'OK FILES'] },
  { request: 'FS|FILES', shared: 'FS|FILES', answers: [EINVAL, 'OK FS FILES', 'OK FS FILES'] },
  { request: 'FS|FILES|SYSVSEM', shared: 'FS|FILES', answers: [EINVAL, EINVAL, 'OK FS FILES'] },

  { request: 'NEWNS', shared: 'alone', uid: 1000, answers: ['OK', 'OK', 'EPERM'] },
  { request: 'NEWNS', shared: 'alone', answers: ['OK', 'OK', 'OK NEWNS'] },
  { request: 'NEWNS', shared: '-', uid: 1000, answers: ['EPERM', 'EPERM', 'EPERM'] },
  { request: 'NEWNS', shared: 'FS', uid: 1000, answers: ['EPERM', 'EPERM', 'EPERM'] },
  { request: 'NEWNS', shared: '-', answers: ['OK NEWNS', 'OK NEWNS', 'OK NEWNS'] },
  { request: 'NEWNS', shared: 'FS', answers: ['OK NEWNS', 'OK FS NEWNS', 'OK FS NEWNS'] },
  { request: 'NEWNS|PARENT', shared: '-', answers: [EINVAL, EINVAL, EINVAL] },

  { request: 'VM', shared: '-', answers: ['OK', 'OK', 'OK'] },
  { request: 'VM', shared: 'VM', answers: ['OK VM', EINVAL, EINVAL] },
  { request: 'VM', shared: 'VM|SIGHAND', answers: ['OK VM', EINVAL, EINVAL] },
  { request: 'VM', shared: 'VM|SIGHAND|THREAD', answers: ['OK VM', EINVAL, EINVAL] },
  { request: 'SIGHAND', shared: '-', answers: [EINVAL, 'OK', 'OK'] },
  { request: 'SIGHAND', shared: 'VM|SIGHAND', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'VM|SIGHAND', shared: 'VM|SIGHAND', answers: ['OK VM SIGHAND', EINVAL, EINVAL] },
  { request: 'VM|SIGHAND', shared: 'VM|SIGHAND|THREAD', answers: ['OK VM SIGHAND', EINVAL, EINVAL] },
  { request: 'VM|SIGHAND|NEWNS', shared: 'VM|SIGHAND', answers: ['OK VM SIGHAND NEWNS', EINVAL, EINVAL] },
  { request: 'THREAD', shared: '-', answers: [EINVAL, EINVAL, 'OK'] },
  { request: 'THREAD', shared: 'VM|SIGHAND|THREAD', answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'SYSVSEM', shared: '-', answers: [EINVAL, EINVAL, 'OK'] },
  { request: 'SYSVSEM', shared: 'SYSVSEM', answers: [EINVAL, EINVAL, 'OK SYSVSEM'] },

  ...['NEWUTS', 'NEWIPC', 'NEWNET', 'NEWPID', 'NEWUSER', 'NEWCGROUP'].map(
    (request): Rule => ({ request, shared: '-', answers: [EINVAL, EINVAL, 'OK'] }),
  ),
  // Order of the checks: an unknown bit before the privilege, what is shared before the privilege only today.
  { request: 'NEWNS|PARENT', shared: '-', uid: 1000, answers: [EINVAL, EINVAL, EINVAL] },
  { request: 'NEWNS|SYSVSEM', shared: '-', uid: 1000, answers: [EINVAL, 'EPERM', 'EPERM'] },
  { request: 'NEWNS|VM', shared: 'VM', uid: 1000, answers: ['EPERM', 'EPERM', EINVAL] },
];

const parts: Readonly<Record<string, number>> = {
  VM: task_struct.mm,
  FS: task_struct.fs,
  FILES: task_struct.files,
  SIGHAND: task_struct.sighand,
  SYSVSEM: task_struct.undo_list,
  NEWNS: task_struct.namespace,
};

/** The caller's pointers to its parts. */
const contexts = (lab: Lab, task: number): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).map(([part, field]) => [part, lab.word(task + field)]));

/** Makes the call on a fresh machine: the answer, and what is wrong afterwards. */
function ask(lab: Lab, { request, shared, uid }: Rule): { answer: Answer; wrong: string[] } {
  lab.reset();
  const caller = lab.clone(shared === 'alone' ? flagBits('NEWNS') : 0);
  if (shared !== 'alone' && shared !== '-') lab.clone(flagBits(shared), caller);
  if (uid !== undefined) lab.call(caller, NR_setuid, uid);
  const before = contexts(lab, caller);
  const result = lab.unshare(caller, flagBits(request));
  const after = contexts(lab, caller);
  const changed = Object.keys(parts).filter((part) => before[part] !== after[part]);
  return {
    answer: [errorName(result) ?? 'OK', ...changed].join(' '),
    wrong: lab.wrong().filter((title) => !knownFinding(lab.profile, title)),
  };
}

test.each(profileNames)('%s serves unshare under its own number', (profile) => {
  const lab = new Lab(profile);
  expect(lab.call(lab.clone(), profiles[profile].unshare, 0)).toBe(0);
});

describe.each([
  ['desai-2005', 0],
  ['linux-2.6.16', 1],
  ['linux-6', 2],
] as const)('unshare on %s', (profile, column) => {
  let lab: Lab;
  beforeAll(() => {
    lab = new Lab(profile);
  });

  test.each(rules.map((rule) => ({ ...rule, uid: rule.uid ?? 0, expected: rule.answers[column] ?? '' })))(
    '$request of uid $uid, peer sharing $shared: $expected',
    (rule) => {
      const { answer, wrong } = ask(lab, rule as Rule);
      expect(answer).toBe(rule.expected);
      if (profile !== 'desai-2005') expect(wrong).toEqual([]);
    },
  );

  test('the other profile has the call under another number', () => {
    lab.reset();
    const other = profile === 'desai-2005' ? NR_unshare : NR_unshare_desai;
    expect(errorName(lab.call(lab.clone(), other, 0))).toBe('ENOSYS');
  });
});
