/** What finished() gives, and what that means. */
export interface Ended {
  readonly what: string;
  readonly details: readonly string[];
}

/** What it means that finished() gives this: an error that it does not throw, or a count of nothing, is no good end either. */
export function answered(result: unknown): Ended | undefined {
  const what = 'the end is not as it should be';
  if (result === false) return { what, details: [] };
  if (typeof result === 'string') return { what, details: [result] };
  if (result instanceof Error) return { what, details: [`${result.name}: ${result.message}`] };
  const isNothing = (typeof result === 'number' || typeof result === 'bigint') && !result;
  return isNothing ? { what, details: [`finished() gives ${result}`] } : undefined;
}
