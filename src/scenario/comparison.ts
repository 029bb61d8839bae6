/** Signs that compare, the longer before those that they begin with. */
export const comparisons = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Comparison = (typeof comparisons)[number];
