/** Locks with readers. */
import type { Mutant } from './mutant.ts';

export const sharedLockMutants: readonly Mutant[] = [
  {
    name: 'rw-biased-keeps-one',
    lock: 'rw-biased',
    about: 'a reader that finds a writer does not give back what it took: the word never gets whole again',
    edits: [{ from: '    xadd(lock, 1);\n    while', to: '    while' }],
    settings: { WRITERS: 2 },
    finds: 'livelock',
  },
  {
    name: 'rw-biased-writer-joins',
    lock: 'rw-biased',
    about: 'a writer takes a word that is merely positive: readers are inside',
    edits: [{ from: 'while (xadd(lock, -RW_BIAS) !== RW_BIAS)', to: 'while (xadd(lock, -RW_BIAS) <= 0)' }],
    finds: 'assert',
  },
  {
    name: 'rw-fair-overtakes-readers',
    lock: 'rw-fair',
    about: 'a writer does not wait for the readers that came before it',
    edits: [{ from: '  while (READ_ONCE(lock + READERS_OUT) !== readers) cpu_relax();\n', to: '' }],
    finds: 'assert',
  },
  {
    name: 'rw-fair-stays-present',
    lock: 'rw-fair',
    about: 'a writer that goes leaves its mark: readers wait for ever',
    edits: [{ from: '  fetch_and(lock + READERS_IN, ~(PRESENT | PHASE));\n', to: '' }],
    finds: 'livelock',
  },
  {
    name: 'percpu-rw-counts-late',
    lock: 'percpu-rw',
    about: 'a reader looks for a writer first and counts itself afterwards',
    edits: [
      {
        from: 'xadd(own, 1);\n    if (READ_ONCE(lock + WRITER) === 0) return;\n    xadd(own, -1);',
        to: 'if (READ_ONCE(lock + WRITER) === 0) {\n      xadd(own, 1);\n      return;\n    }',
      },
    ],
    finds: 'assert',
  },
  {
    name: 'percpu-rw-one-cpu',
    lock: 'percpu-rw',
    about: 'a writer waits for the first CPU only',
    edits: [{ from: 'cpu < cpus; cpu++) {\n    while', to: 'cpu < 1; cpu++) {\n    while' }],
    finds: 'assert',
  },
  {
    name: 'percpu-rw-no-fence',
    lock: 'percpu-rw',
    about: 'a reader counts itself by a plain store, which may still be in its store buffer when it looks for a writer',
    edits: [{ from: 'xadd(own, 1);', to: 'store(own, load(own) + 1);' }],
    finds: null,
  },
  {
    name: 'seqlock-no-second-look',
    lock: 'seqlock',
    about: 'a reader never looks again',
    edits: [{ from: 'return READ_ONCE(lock + SEQUENCE) !== sequence ? 1 : 0;', to: 'return 0;' }],
    finds: 'assert',
  },
  {
    name: 'seqlock-stays-even',
    lock: 'seqlock',
    about: 'the number changes only when the writer is done: a reader in between sees nothing of it',
    edits: [
      {
        from: 'cpu_relax();\n  WRITE_ONCE(lock + SEQUENCE, (READ_ONCE(lock + SEQUENCE) + 1) | 0);',
        to: 'cpu_relax();',
      },
      { from: '(READ_ONCE(lock + SEQUENCE) + 1) | 0', to: '(READ_ONCE(lock + SEQUENCE) + 2) | 0' },
    ],
    finds: 'assert',
  },
];
