/** A run of the lock lab as the JSON document that tools read (docs/json.md). */
import type { LabResult } from '../lab/result.ts';
import { byLoad, type SortKey } from './lab-sort.ts';

/** Numbers to six significant digits: more is noise, and the document is read by people too. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

export function labJson(result: LabResult, sort: SortKey): string {
  const {
    machine,
    rows,
    uncontended,
    modelCheck,
    rankAgreement = null,
    native = [],
    nativeMissing = null,
    seconds,
    interrupted,
  } = result;
  const document = {
    schema: 'tasklock.bench/1',
    command: 'bench',
    what: 'locks',
    clock: machine.clock,
    machine,
    rows: byLoad(rows, sort).flat(),
    uncontended,
    native,
    nativeMissing,
    modelCheck,
    rankAgreement,
    seconds,
    interrupted,
  };
  return `${JSON.stringify(document, rounded, 2)}\n`;
}
