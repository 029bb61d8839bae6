/**
 * Makes a program simpler that can show a bug: fewest tasks, then fewest calls, then fewest statements, then whatever
 * else makes it shorter to think about. All that is known is a predicate on the text, which looks for the bug afresh
 * within its own bound; so a text that it turns down may still have the bug, and the result is small, not the smallest.
 *
 * Passes from coarse to fine, over again until none helps: leave out tasks, leave out statements (ddmin), loops and
 * conditions by what they contain, flags bit by bit, and the rest. The result is looked for a second time.
 */
import { everyStatement, type Program } from '../../scenario/ast.ts';
import { laidOut, settled } from '../../scenario/edit.ts';
import { parseProgram } from '../../scenario/parser.ts';
import { printProgram } from '../../scenario/print.ts';
import { Attempts, type AttemptOptions, type PassCount } from './attempts.ts';
import { dropStatements, dropTasks, simplifyFlags, simplifyRest, type TryProgram, unfold } from './program-passes.ts';
import { NotDeterministic } from '../search/search.ts';

/** Looks for the bug in a program; what it found, or undefined. */
export type FindsBug<Found> = (text: string) => Promise<Found | undefined>;

export interface ProgramSize {
  readonly tasks: number;
  readonly calls: number;
}

export interface MinimizedProgram<Found> {
  readonly text: string;
  readonly found: Found;
  readonly before: ProgramSize;
  readonly after: ProgramSize;
  /** Searches made, those that verify included. */
  readonly searches: number;
  readonly passes: readonly PassCount[];
  /** True when no single simplification that was left shows the bug. */
  readonly exhausted: boolean;
}

/** A program that shows the bug. */
export interface Candidate<Found> {
  readonly program: Program;
  readonly text: string;
  readonly found: Found;
}

const VERIFICATIONS = 2;

/**
 * undefined when the bug is not found in the program as it is. Throws ProgramError for a text that is no program, and
 * NotDeterministic when the bug is not found a second time in the result.
 */
export async function minimizeProgram<Found>(
  source: string,
  file: string,
  finds: FindsBug<Found>,
  options: AttemptOptions,
): Promise<MinimizedProgram<Found> | undefined> {
  const program = settled(laidOut(parseProgram(source, file)));
  if (program === undefined) return undefined;
  const text = printProgram(program);
  const found = await finds(text);
  if (found === undefined) return undefined;
  const first: Candidate<Found> = { program, text, found };
  const isSimpler = (a: Candidate<Found>, b: Candidate<Found>): boolean => isLess(costOf(a), costOf(b));
  const attempts = new Attempts(first, isSimpler, { ...options, budget: options.budget - VERIFICATIONS });
  const tryProgram: TryProgram = async (name, changed) => {
    const smaller = settled(changed);
    if (smaller === undefined) return false;
    const candidate = { program: smaller, text: printProgram(smaller) };
    if (!isLess(costOf(candidate), costOf(attempts.best))) return false;
    return await attempts.pass(name)(candidate.text, async () => {
      const again = await finds(candidate.text);
      return again === undefined ? undefined : { ...candidate, found: again };
    });
  };
  const best = (): Program => attempts.best.program;
  for (let before = -1; before !== attempts.better; ) {
    before = attempts.better;
    await dropTasks(best, tryProgram);
    await dropStatements(best, tryProgram);
    await unfold(best, tryProgram);
    await simplifyFlags(best, tryProgram);
    await simplifyRest(best, tryProgram);
  }
  const verified = await finds(attempts.best.text);
  if (verified === undefined) throw new NotDeterministic('the bug was not found again in the minimised program');
  return {
    text: attempts.best.text,
    found: verified,
    before: sizeOf(program),
    after: sizeOf(best()),
    searches: attempts.made + VERIFICATIONS,
    passes: attempts.passes,
    exhausted: !attempts.cut,
  };
}

function sizeOf({ tasks }: Program): ProgramSize {
  const calls = tasks.flatMap(({ body }) => [...everyStatement(body)]).filter(({ kind }) => kind === 'call').length;
  return { tasks: tasks.length, calls };
}

const FOREVER = 1000;

/** What makes a program simpler, most important first. */
function costOf({ program, text }: { program: Program; text: string }): number[] {
  const statements = program.tasks.flatMap(({ body }) => [...everyStatement(body)]);
  let rounds = 0;
  let flags = 0;
  for (const statement of statements) {
    if (statement.kind === 'repeat') rounds += statement.count?.kind === 'number' ? statement.count.value : FOREVER;
    if (statement.kind !== 'call') continue;
    for (const operand of statement.operands) if (operand.kind === 'flags') flags += operand.parts.length;
  }
  const { tasks, calls } = sizeOf(program);
  return [tasks, calls, statements.length, program.cpus, rounds, flags, program.always.length, text.length];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs >= 0 && (a[differs] as number) < (b[differs] as number);
}
