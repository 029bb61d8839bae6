/** What is wrong and can be outlived: noted, with the call chain. */
import { xadd } from './bus.ts';
import { type BugKind, reasons } from './fault.ts';
import { machine } from './map.ts';

/** Told of every warning on this CPU's own stack; nobody by default. */
type WarningHandler = (kind: BugKind, what: string, address: number) => void;
let warningHandler: WarningHandler | undefined;

/** Who collects the warnings of this thread's CPU. */
export function onWarning(handler: WarningHandler | undefined): void {
  warningHandler = handler;
}

/** Notes that a rule was broken, and goes on: counts in RAM and tells the handler. */
export function warn(reason: number, address: number): void {
  const { kind, what } = reasons[reason] ?? { kind: 'assert', what: `warning ${reason}` };
  xadd(machine.warnings, 1);
  warningHandler?.(kind, what, address);
}
