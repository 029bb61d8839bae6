/** --faults and --fault-sites, which explore, stress and run take alike. */
import type { Command } from 'commander';
import { FaultError, type Faults, parseFaults } from '../boot/faults.ts';
import { UsageError } from './usage.ts';

export interface FaultFlags {
  readonly faults: string;
  readonly faultSites?: string;
}

/** undefined for none. Throws UsageError. */
export function parseFaultFlags({ faults, faultSites }: FaultFlags): Faults | undefined {
  try {
    return parseFaults(faults, faultSites);
  } catch (error) {
    throw error instanceof FaultError ? new UsageError(error.message) : error;
  }
}

/** The same on a machine that runs by itself: there nobody tries each. */
export function parseDrawnFaults(flags: FaultFlags): Faults | undefined {
  const faults = parseFaultFlags(flags);
  if (faults?.setting !== 'each') return faults;
  throw new UsageError('--faults each is for explore, which tries them: take rate:P or nth:N');
}

/** `settings`: those that the command takes, in words. */
export const faultOptions = (command: Command, settings: string): Command =>
  command
    .option('--faults <setting>', `what fails on purpose: ${settings}`, 'none')
    .option('--fault-sites <list>', 'only these, with commas between them: tasklock list faults');
