/** Names of the errors in abi.ts, for messages. */
import * as abi from '../kernel/abi.ts';

const names = new Map<number, string>(
  Object.entries(abi).flatMap(([name, value]) => (/^E[A-Z0-9]+$/.test(name) ? [[value, name] as const] : [])),
);

/** The name of a negative result, or undefined for one that is no error. */
export function errorName(result: number): string | undefined {
  if (result >= 0 || result < -4095) return undefined;
  return names.get(-result) ?? `error ${-result}`;
}
