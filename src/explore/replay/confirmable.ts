/** Whether real threads can be asked about a recording. */
import type { Recording } from '../../recording/format.ts';

/** Why not, whatever it holds; undefined when they may be. */
export function cannotConfirm({ subject, verdict }: Recording): string | undefined {
  if (subject.kind !== 'javascript') return 'it is no recording of JavaScript';
  return verdict === null ? 'it holds no bug' : undefined;
}
