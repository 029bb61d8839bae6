/** What of JavaScript's numbers no instruction does, by the names that modules ask for it. */
export const hostMath: Readonly<Record<string, (...numbers: number[]) => number>> = {
  cut: (value) => (value as number) | 0,
  remainder: (left, right) => (left as number) % (right as number),
  'math sign': Math.sign as (value: number) => number,
  'math round': Math.round as (value: number) => number,
};
