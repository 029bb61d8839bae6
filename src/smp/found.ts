/** What a stress run has found so far: bugs and known findings, by title. */
import { type BugReport, type CpuEvidence, reportEvidence, reportFinding } from '../check/evidence/bug-report.ts';
import type { Finding } from '../check/evidence/finding.ts';
import { type KnownFinding, knownFinding } from '../check/evidence/known-findings.ts';
import type { RamView } from '../check/evidence/view.ts';
import type { ProgramImage } from '../scenario/image.ts';
import type { Looks } from './cpu-job.ts';

export class Found {
  readonly bugs = new Map<string, BugReport>();
  readonly known = new Map<string, BugReport & { finding: KnownFinding }>();
  /** Looks at `always` properties at returns from system calls, and the pauses that were asked for there. */
  looks = 0;
  asked = 0;
  readonly #view: RamView;
  readonly #image: ProgramImage;

  constructor(view: RamView, image: ProgramImage) {
    this.#view = view;
    this.#image = image;
  }

  add(report: BugReport): void {
    const finding = knownFinding(this.#image.profile, report.title, report.lines);
    if (finding) this.known.set(report.title, { ...report, finding });
    else this.bugs.set(report.title, report);
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
