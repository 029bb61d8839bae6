/** Locks whose waiters stand in a queue, each looking at a word of its own. */
import type { Mutant } from './mutant.ts';

const PLAIN_TAIL = {
  from: 'const before = xchg(lock + TAIL, me);',
  to: 'const before = load(lock + TAIL);\n  store(lock + TAIL, me);',
};

export const queueLockMutants: readonly Mutant[] = [
  {
    name: 'anderson-flag-left-up',
    lock: 'anderson',
    about: 'the holder does not take its flag down: whoever draws that place next goes straight in',
    edits: [{ from: '  WRITE_ONCE(lock + PLACES + place, 0);\n', to: '' }],
    finds: 'assert',
  },
  {
    name: 'anderson-small-ring',
    lock: 'anderson',
    about: 'the ring has a place too few: two CPUs look at one flag',
    edits: [{ from: 'while (places < cpus)', to: 'while (places < cpus - 1)' }],
    settings: { CPUS: 3, TURNS: 1 },
    finds: 'assert',
  },
  {
    name: 'mcs-plain-tail',
    lock: 'mcs',
    about: 'the tail is read and written in two steps: two CPUs join behind the same one',
    edits: [PLAIN_TAIL],
    finds: 'assert',
  },
  {
    name: 'mcs-lost-link',
    lock: 'mcs',
    about: 'a release that sees no successor goes, although one is the tail and about to link itself: nobody wakes it',
    edits: [
      { from: 'if (cmpxchg(lock + TAIL, me, 0) === me) return;', to: 'cmpxchg(lock + TAIL, me, 0);\n    return;' },
    ],
    finds: 'livelock',
  },
  {
    name: 'mcs-waits-too-late',
    lock: 'mcs',
    about: 'a waiter says that it waits after it has linked itself: the hand-over in between is overwritten',
    edits: [
      { from: '  store(me + WAITING, 1);\n', to: '' },
      { from: 'WRITE_ONCE(before + NEXT, me);', to: 'WRITE_ONCE(before + NEXT, me);\n  store(me + WAITING, 1);' },
    ],
    finds: 'livelock',
  },
  {
    name: 'clh-keeps-node',
    lock: 'clh',
    about: 'who releases keeps its node: it raises it again while the next one still looks at it',
    edits: [{ from: '  store(me + NODE, load(me + BEFORE));\n', to: '' }],
    finds: 'livelock',
  },
  {
    name: 'clh-raises-late',
    lock: 'clh',
    about: 'the node joins the queue before it is raised: the next one finds it down and goes in',
    edits: [
      {
        from: 'store(node, 1);\n  const before = xchg(lock + TAIL, node);',
        to: 'const before = xchg(lock + TAIL, node);\n  store(node, 1);',
      },
    ],
    finds: 'assert',
  },
  {
    name: 'qspinlock-pending-store',
    lock: 'qspinlock',
    about: 'pending becomes locked by a store of the whole word: a tail that was put there meanwhile is lost',
    edits: [{ from: 'xadd(lock, LOCKED - PENDING);', to: 'WRITE_ONCE(lock, LOCKED);' }],
    settings: { CPUS: 3, TURNS: 1 },
    finds: 'livelock',
  },
  {
    name: 'qspinlock-ignores-pending',
    lock: 'qspinlock',
    about:
      'the head of the queue does not wait for the pending CPU: both add locked to the word, which is then pending for ever',
    edits: [{ from: 'while ((seen & (LOCKED | PENDING)) !== 0) {', to: 'while ((seen & LOCKED) !== 0) {' }],
    settings: { CPUS: 3, TURNS: 1 },
    finds: 'livelock',
  },
  {
    name: 'qspinlock-release-store',
    lock: 'qspinlock',
    about: 'a release writes 0 into the whole word: who was pending is forgotten',
    edits: [{ from: 'xadd(lock, -LOCKED);', to: 'WRITE_ONCE(lock, 0);' }],
    finds: 'assert',
  },
  {
    name: 'cohort-keeps-global',
    lock: 'cohort',
    about: 'a release forgets the lock over the sockets: the other socket waits for ever',
    edits: [{ from: '  WRITE_ONCE(lock + SERVING, (READ_ONCE(lock + SERVING) + 1) | 0);\n', to: '' }],
    finds: 'livelock',
  },
  {
    name: 'cohort-says-both',
    lock: 'cohort',
    about: 'the next on the socket is told that it has both locks, while the one over the sockets was given up',
    edits: [{ from: 'WRITE_ONCE(next + STATE, HAS_LOCAL);', to: 'WRITE_ONCE(next + STATE, HAS_BOTH);' }],
    settings: { CPUS: 3, TURNS: 1, PER_SOCKET: 2, MOST_PASSES: 0 },
    finds: 'assert',
  },
  {
    name: 'malthusian-forgets',
    lock: 'malthusian',
    about: 'a surplus waiter is taken out of the queue and put on no list',
    edits: [{ from: '  set_aside(lock, next);\n', to: '' }],
    settings: { CPUS: 3, TURNS: 1 },
    finds: 'livelock',
  },
  {
    name: 'malthusian-plain-tail',
    lock: 'malthusian',
    about: 'the tail is read and written in two steps: two CPUs join behind the same one',
    edits: [PLAIN_TAIL],
    finds: 'assert',
  },
];
