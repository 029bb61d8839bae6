/** Whether real threads can be asked about a recording. */
import type { Recording } from '../../recording/format.ts';

/** Why threads cannot be asked about a recording, whatever it holds; undefined when they may be. */
export function cannotConfirm({ subject, verdict }: Recording): string | undefined {
  if (subject.kind !== 'javascript') return 'it is no recording of JavaScript';
  if (verdict === null) return 'it holds no bug';
  return verdict.title.startsWith('data-race:')
    ? 'a data race is what the memory model says of two accesses, and no end that threads show (what comes of it is ' +
        'found by tasklock explore --checkers none)'
    : undefined;
}
