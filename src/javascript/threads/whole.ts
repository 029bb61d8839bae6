/** Parts of one access, by their texts: halves of a wide element, parts of set(), fill() and such. */
const HALF = /^(lower|upper) half of (.*)$/s;
const PART = /^(.*\(\)), bytes (\d+) to \d+$/s;

/** Whether what comes next continues the one before it, and what the whole of it is called. */
export function sameCall(before: string | undefined, next: string): { continues: boolean; text: string } {
  const half = HALF.exec(next);
  if (half !== null) {
    const text = half[2] as string;
    return { continues: half[1] === 'upper' && before === `lower half of ${text}`, text };
  }
  const part = PART.exec(next);
  if (part === null) return { continues: false, text: next };
  const [, text = '', from] = part;
  const last = before === undefined ? null : PART.exec(before);
  return { continues: last?.[1] === text && Number(last[2]) < Number(from), text };
}
