/** A finding written up the way kernel people know it: title, CPU and task, call chain, the object and its history. */
import { isReport } from '../../base/file-roles.ts';
import type { BugKind } from '../../machine/fault.ts';
import type { Finding } from './finding.ts';
import { cacheName, objectAt, provenance } from './objects.ts';
import { siteText } from './sites.ts';
import type { RamView } from './view.ts';
import { blamed, callChain, frameText } from './call-chain.ts';
import { addressText } from './machine-state.ts';

export interface BugReport {
  readonly title: string;
  readonly kind: BugKind;
  readonly function: string;
  /** The CPU it happened on, or -1 for one found while all stood still. */
  readonly cpu: number;
  readonly lines: readonly string[];
}

/** What a fault or a warning of one CPU left behind, written down at that moment. */
export interface CpuEvidence {
  readonly kind: BugKind;
  readonly what: string;
  readonly address: number;
  readonly cpu: number;
  readonly stack: string;
  readonly pid: number;
  /** Index of the program's task that it ran, -1 for none. */
  readonly programTask: number;
  /** Locks held, as text. */
  readonly held: readonly string[];
}

/** The object an address lies in: cache, place, and who allocated and freed it. */
export function objectLines(view: RamView, address: number): string[] {
  const object = view.valid(address & ~3) ? objectAt(view, address & ~3) : undefined;
  if (object === undefined) return address === 0 ? [] : [`address ${addressText(view, address)}`];
  const { allocSite, allocPid, freeSite, freePid } = provenance(view, object.address);
  const lines = [`object ${addressText(view, address)} in cache ${cacheName(object.cache)}`];
  if (allocSite !== 0) lines.push(`  allocated by pid ${allocPid}: ${siteText(allocSite)}`);
  if (freeSite !== 0) lines.push(`  ${object.inUse ? 'last freed' : 'freed'} by pid ${freePid}: ${siteText(freeSite)}`);
  return lines;
}

/** Writes up what stopped or warned a CPU. `names` are the program's tasks. */
export function reportEvidence(view: RamView, evidence: CpuEvidence, names: readonly string[]): BugReport {
  const frames = callChain(evidence.stack).filter((frame) => !isReport(frame.file));
  const where = blamed(frames);
  const task = `${names[evidence.programTask] ?? (evidence.pid === 1 ? 'init' : 'task')}/${evidence.pid}`;
  return {
    title: `${evidence.kind}: ${evidence.what} in ${where}`,
    kind: evidence.kind,
    function: where,
    cpu: evidence.cpu,
    lines: [
      `CPU: ${evidence.cpu} Task: ${evidence.pid === 0 ? 'none' : task}`,
      ...objectLines(view, evidence.address),
      ...(evidence.held.length > 0 ? [`${evidence.held.length} lock(s) held:`] : []),
      ...evidence.held.map((lock) => `  ${lock}`),
      'Call Trace:',
      ...frames.map((frame) => `  ${frameText(frame)}`),
    ],
  };
}

/** Writes up what a checker found while the machine stood still. */
export function reportFinding(view: RamView, finding: Finding): BugReport {
  return {
    title: finding.title,
    kind: finding.kind,
    function: finding.function,
    cpu: -1,
    lines: ['found with every CPU between system calls', ...finding.details, ...objectLines(view, finding.object)],
  };
}
