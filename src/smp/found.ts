/** What a stress run has found so far. */
import { type BugReport, type CpuEvidence, reportEvidence, reportFinding } from '../check/evidence/bug-report.ts';
import type { Finding } from '../check/evidence/finding.ts';
import { Ledger } from '../check/evidence/ledger.ts';
import type { RamView } from '../check/evidence/view.ts';
import type { ProgramImage } from '../scenario/image.ts';
import type { Looks } from './cpu-job.ts';

export class Found {
  readonly ledger: Ledger;
  /** Looks at `always` properties at returns from system calls, and the pauses that were asked for there. */
  looks = 0;
  asked = 0;
  readonly #view: RamView;
  readonly #image: ProgramImage;

  constructor(view: RamView, image: ProgramImage) {
    this.#view = view;
    this.#image = image;
    this.ledger = new Ledger(image.profile);
  }

  add(report: BugReport): void {
    this.ledger.add(report);
  }

  addFindings(findings: readonly Finding[]): void {
    for (const finding of findings) this.add(reportFinding(this.#view, finding));
  }

  /** What a CPU saw of a fault or a warning. */
  addEvidence(evidence: CpuEvidence): void {
    const names = this.#image.tasks.map((task) => task.name);
    this.add(reportEvidence(this.#view, evidence, names));
  }

  /** What a CPU found at its returns from system calls. */
  addLooks(cpu: number, looks: Looks | null | undefined): void {
    if (looks === null || looks === undefined) return;
    this.looks += looks.looks;
    this.asked += looks.asked;
    for (const finding of looks.broken) {
      const report = reportFinding(this.#view, finding);
      this.add({ ...report, cpu, lines: [`found at a return from a system call on CPU#${cpu}`, ...finding.details] });
    }
  }
}
