/** Which line of history a finding of a search is: a bug of the patch of 2005 by its number in docs/profiles.md. */

/** Sorted by what tells them apart best: the first that fits is it. `scenario` where a title alone could be another. */
const DESAI = [
  {
    number: 12,
    title: /sighand_struct->siglock|freed sighand_struct|lock taken in a freed object/,
    scenario: /timer-meets-unshare/,
  },
  { number: 2, title: /tasklist_lock for writing inside alloc_lock/ },
  { number: 11, title: /NULL|changed sighand/ },
  { number: 8, title: /two sets of handlers|handlers shared over two memories/ },
  { number: 7, title: /freed pgd/ },
  { number: 6, title: /^isolation: |^data-race: .* fs_struct->(root|pwd)mnt / },
  { number: 5, title: /^leak: / },
  {
    number: 1,
    title: /^sleep-in-atomic: |alloc_lock -> (mmap_sem|namespace->sem)|(mmap_sem|namespace->sem) -> alloc_lock/,
  },
  {
    number: 9,
    title:
      /task_struct->(sighand|pending|blocked)|sighand_struct->(siglock|action against plain read in set_action)|(signal_struct|sigqueue)->/,
  },
  { number: 10, title: /vfork|end is waited for/ },
  { number: 10, title: /^deadlock: every task sleeps/, scenario: /child-unshares/ },
  { number: 3, title: /freed|refcount|below zero/, scenario: /undo-of-nothing/ },
  { number: 4, title: /freed|refcount|below zero|mm_users|mmdrop|mmput/ },
];

/** As docs/profiles.md words them. */
const WHAT = {
  1: 'sleeps under a spinlock',
  2: 'takes tasklist_lock inside task_lock',
  3: 'undoes what it never did',
  4: 'puts back what died meanwhile',
  5: 'takes one off a count without looking',
  6: 'leaves fs_struct shared',
  7: 'never switches the page table',
  8: 'one signal_struct under two sets of handlers',
  9: 'changes sighand under a lock no sender takes',
  10: 'leaves the memory without waking a vfork parent',
  11: 'leaves the caller without handlers',
  12: 'leaves timers with a lock that is gone',
};

const lineOf = (number) => `the patch of 2005, ${number}: ${WHAT[number]}`;

/** The line that a bug belongs to; undefined for one that is known to none. */
export function lineOfHistory(profile, { title, scenario }) {
  if (profile !== 'desai-2005') return undefined;
  const fits = (one) => one.title.test(title) && (one.scenario === undefined || one.scenario.test(scenario));
  const found = DESAI.find(fits);
  return found === undefined ? undefined : lineOf(found.number);
}

/** All lines of a profile. */
export function linesOfHistory(profile) {
  return profile === 'desai-2005' ? Object.keys(WHAT).map(lineOf) : [];
}
