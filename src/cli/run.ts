/** tasklock run FILE.prog, or a built-in scenario */
import type { Command } from 'commander';
import { countFaults, type FaultCounts, type Faults, faultsText } from '../boot/faults.ts';
import { checkInvariants, checkNothingLeft } from '../check/still/invariants.ts';
import { fails, Ledger, verdictOn } from '../check/evidence/ledger.ts';
import { checkPolydirs } from '../check/polydirs/polydirs.ts';
import { checkExpectations, checkProperties } from '../check/still/program-checks.ts';
import { RamView } from '../check/evidence/view.ts';
import { PF_DEAD } from '../kernel/abi.ts';
import { current } from '../kernel/context.ts';
import { task_struct } from '../kernel/layout.ts';
import { load } from '../machine/bus.ts';
import { errorName } from '../scenario/constants.ts';
import { MachineFault } from '../machine/fault.ts';
import { reportFinding } from '../check/evidence/bug-report.ts';
import type { Finding } from '../check/evidence/finding.ts';
import { blamed, callChain, frameText } from '../check/evidence/call-chain.ts';
import { CallLines, type ToldCall } from '../report/call-lines.ts';
import { sharingText } from '../report/sharing.ts';
import { assembleText } from '../scenario/assemble.ts';
import type { ProgramImage } from '../scenario/image.ts';
import { bootForProgram, type CallEvent, runInOrder } from '../boot/run-in-order.ts';
import { grouped } from '../base/numbers.ts';
import { faultOptions, parseDrawnFaults } from './fault-options.ts';
import { print } from './output.ts';
import { DEFAULT_CPUS } from '../scenario/ast.ts';
import { builtinProgram, readProgram } from './scenario-argument.ts';
import { EXIT_BUG, EXIT_INCONCLUSIVE, EXIT_OK, parseProfile, parseSeed } from './usage.ts';

interface RunFlags {
  readonly json?: boolean;
  readonly profile?: string;
  readonly seed?: string;
  readonly faults: string;
  readonly faultSites?: string;
}

class Teller {
  readonly calls: ToldCall[] = [];
  readonly ledger: Ledger;
  private readonly memory: SharedArrayBuffer;
  private readonly image: ProgramImage;
  private readonly names: readonly string[];
  private readonly out: CallLines | undefined;

  constructor(memory: SharedArrayBuffer, image: ProgramImage, aloud: boolean) {
    this.memory = memory;
    this.image = image;
    this.ledger = new Ledger(image.profile);
    this.names = image.tasks.map((task) => task.name);
    this.out = aloud ? new CallLines(print) : undefined;
  }

  /** Tells of a call of the program's own tasks; init's are left out. */
  tell(event: CallEvent): void {
    if (event.task < 0) return;
    const call: ToldCall = {
      task: this.names[event.task] ?? 'init',
      pid: event.pid,
      call: event.text,
      result: errorName(event.result) ?? event.result,
      sharing: sharingText(this.memory, this.names),
    };
    this.calls.push(call);
    this.out?.tell(call);
    this.checkNow();
  }

  /** Holds every invariant against the machine as it stands; a task that is just dying is let go first. */
  private checkNow(): void {
    const view = new RamView(this.memory);
    const task = current();
    const findings = [...checkProperties(view, this.image), ...checkPolydirs(view, this.image.polydirs)];
    if (task === 0 || (load(task + task_struct.flags) & PF_DEAD) === 0) {
      findings.push(...checkInvariants(view, new Set([task])));
    }
    this.add(view, findings);
  }

  private add(view: RamView, findings: readonly Finding[]): void {
    for (const finding of findings) this.ledger.add(reportFinding(view, finding));
  }

  /** A fault of the modelled kernel as a report. */
  fault(error: MachineFault): void {
    const frames = callChain(error.stack ?? '');
    const title = `${error.kind}: ${error.what} in ${blamed(frames)}`;
    const lines = ['Call Trace:', ...frames.map((frame) => `  ${frameText(frame)}`)];
    this.ledger.add({ title, kind: error.kind, function: blamed(frames), cpu: 0, lines });
  }

  /** No more calls. */
  end(): void {
    this.out?.end();
  }

  /** Everything that is wrong once the programs ended. */
  final(): void {
    const view = new RamView(this.memory);
    this.add(view, [...checkInvariants(view, new Set()), ...checkNothingLeft(view)]);
  }

  /** An expectation that failed, however the programs ended. */
  expectations(): void {
    const view = new RamView(this.memory);
    this.add(view, checkExpectations(view, this.image));
  }
}

function runFile(file: string, flags: RunFlags): number {
  const builtin = builtinProgram(file, parseProfile(flags.profile), DEFAULT_CPUS);
  const image = assembleText(builtin ?? readProgram(file, flags.profile), file);
  const faults = parseDrawnFaults(flags);
  const memory = bootForProgram(image, faults, flags.seed === undefined ? 0 : parseSeed(flags.seed));
  const teller = new Teller(memory, image, flags.json !== true);
  let ended = 'stopped';
  try {
    ended = runInOrder(memory, image, (event) => teller.tell(event)).ended;
    if (ended === 'finished') teller.final();
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    teller.fault(error);
  }
  teller.end();
  const counts = countFaults(new RamView(memory));
  // What follows a failure on purpose is not the program's doing.
  if (counts.failed === 0) teller.expectations();
  const { bugs, known } = teller.ledger;
  const verdict = verdictOn(bugs, ended === 'finished');
  if (flags.json) {
    const { calls } = teller;
    const shown = bugs.map(({ title, kind, function: where, lines }) => ({
      title,
      kind,
      function: where,
      report: lines,
    }));
    const document = {
      schema: 'tasklock.run/1',
      command: 'run',
      scenario: file,
      profile: image.profile,
      verdict,
      ended,
      ...(faults === undefined ? {} : { faults: { ...faults, ...counts } }),
      calls,
      bugs: shown,
      known: known.map(({ title, finding: { id, evidence } }) => ({ title, id, evidence })),
    };
    print(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    for (const { title, finding } of known) print(`known: ${title}\n  ${finding.id}, see docs/findings.md\n`);
    for (const bug of bugs) print(`BUG: ${bug.title}\n${bug.lines.map((line) => `  ${line}\n`).join('')}`);
    if (faults !== undefined) print(`${faultText(faults, counts)}\n`);
    print(`${endText(verdict, ended, counts.failed)}\n`);
  }
  if (fails(bugs, known, false)) return EXIT_BUG;
  return verdict === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}

function faultText(faults: Faults, { asked, failed }: FaultCounts): string {
  return `faults ${faultsText(faults)}: ${grouped(failed)} of ${grouped(asked)} that may fail did`;
}

function endText(verdict: string, ended: string, failed: number): string {
  if (verdict === 'bug') return 'FAIL';
  if (verdict === 'pass') {
    if (failed > 0) return 'PASS: every program ended, nothing was left; expectations are not judged';
    return 'PASS: every program ended, every expectation held, nothing was left';
  }
  if (ended === 'hung') return 'INCONCLUSIVE: every task sleeps and nobody is left to wake one';
  return 'INCONCLUSIVE: the programs did not end by themselves';
}

export function runCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('run')
    .argument('<program>', 'a file FILE.prog, see docs/programs.md, or a built-in scenario')
    .summary('run a program in order on one CPU and tell every call')
    .description('Runs a program on one CPU in order; prints each call with its result and, after it, who shares what.')
    .option('--profile <name>', 'which kernel (default as the file says, else linux-2.6.16)');
  faultOptions(command, 'none, nth:N or rate:P (docs/faults.md)')
    .option('--seed <n>', 'what choose and --faults rate:P draw from (default 0)')
    .option('--json', 'one JSON document on stdout')
    .action((file: string, flags: RunFlags) => finish(runFile(file, flags)));
}
