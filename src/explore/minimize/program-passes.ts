/** Minimiser passes over programs. Each asks for the best program again after a success, for line numbers have moved. */
import {
  type Assignable,
  type CallStatement,
  everyStatement,
  type Operand,
  type Program,
  type Statement,
} from '../../scenario/ast.ts';
import { editStatements, withoutLines } from '../../scenario/edit.ts';
import { ddmin } from './ddmin.ts';

/** Tries a changed program, after leaving out what the change made meaningless: true when it is simpler and has the bug. */
export type TryProgram = (name: string, changed: Program) => Promise<boolean>;

type Best = () => Program;

const statementsOf = (program: Program): Statement[] => program.tasks.flatMap(({ body }) => [...everyStatement(body)]);

/** One task less; barriers that it takes part in may need one less, too. */
export async function dropTasks(best: Best, tryProgram: TryProgram): Promise<void> {
  const name = 'leave out tasks';
  for (let i = best().tasks.length - 1; i >= 0; i--) {
    const program = best();
    const task = program.tasks[i];
    if (task === undefined || program.tasks.length === 1) continue;
    const without = withoutLines(program, new Set([task.at.line]));
    const barriers = new Set(
      [...everyStatement(task.body)].flatMap((one) => (one.kind === 'barrier' ? one.word.name : [])),
    );
    const narrowed = editStatements(without, (one) =>
      one.kind === 'barrier' && barriers.has(one.word.name)
        ? [{ ...one, count: Math.max(1, one.count - 1) }]
        : undefined,
    );
    if (barriers.size === 0 || !(await tryProgram(name, narrowed))) await tryProgram(name, without);
  }
}

export async function dropStatements(best: Best, tryProgram: TryProgram): Promise<void> {
  const lines = (): number[] => statementsOf(best()).map((statement) => statement.at.line);
  await ddmin(
    () => lines().length,
    (from, to) => tryProgram('leave out statements', withoutLines(best(), new Set(lines().slice(from, to)))),
  );
}

/** What stands in loops and conditions without them; repeats with fewer rounds. */
export async function unfold(best: Best, tryProgram: TryProgram): Promise<void> {
  await simplifyEach(best, tryProgram, 'unfold', (statement) => {
    switch (statement.kind) {
      case 'if':
        return [statement.body, statement.otherwise];
      case 'while':
        return [statement.body];
      case 'repeat':
        return [statement.body, ...fewerRounds(statement).map((count) => [{ ...statement, count }])];
      default:
        return [];
    }
  });
}

function fewerRounds({ count, at }: Statement & { kind: 'repeat' }): Operand[] {
  const rounds = count?.kind === 'number' ? count.value : Number.POSITIVE_INFINITY;
  const fewer = [...new Set([1, 2, Math.floor(rounds / 2), rounds - 1])];
  return fewer.filter((value) => value >= 1 && value < rounds).map((value) => ({ kind: 'number', value, at }));
}

/** Flags of clone, unshare and others, one bit less. */
export async function simplifyFlags(best: Best, tryProgram: TryProgram): Promise<void> {
  await simplifyEach(best, tryProgram, 'fewer flags', (statement) => {
    if (statement.kind !== 'call') return [];
    return statement.operands.flatMap((operand, index) =>
      operand.kind === 'flags'
        ? fewerParts(operand.parts).map((parts) => [withOperand(statement, index, { ...operand, parts })])
        : [],
    );
  });
}

/** Without one name, or without one bit of a number. */
function fewerParts(parts: readonly (string | number)[]): (string | number)[][] {
  return parts.flatMap((part, i) => {
    const rest = parts.toSpliced(i, 1);
    if (typeof part === 'string') return [rest.length > 0 ? rest : [0]];
    if (part === 0) return rest.length > 0 ? [rest] : [];
    const bits = Array.from({ length: 32 }, (_, bit) => 1 << bit).filter((bit) => (part & bit) !== 0);
    return bits.map((bit) => parts.with(i, (part & ~bit) | 0));
  });
}

function withOperand(statement: CallStatement, index: number, operand: Operand): CallStatement {
  return { ...statement, operands: statement.operands.with(index, operand) };
}

/** A path that may keep a task alive. */
const NAMES_TASK = /^\/proc\/[^/]+/;

/** Users, paths that need a task, results that nobody looks at, operands that may be left out, properties, shared words, CPUs. */
export async function simplifyRest(best: Best, tryProgram: TryProgram): Promise<void> {
  const name = 'the rest';
  if (best().cpus > 1) await tryProgram(name, { ...best(), cpus: best().cpus - 1 });
  for (let i = best().always.length - 1; i >= 0; i--) {
    await tryProgram(name, { ...best(), always: best().always.toSpliced(i, 1) });
  }
  for (let i = best().shared.length - 1; i >= 0; i--) {
    await tryProgram(name, { ...best(), shared: best().shared.toSpliced(i, 1) });
  }
  for (const [i, task] of best().tasks.entries()) {
    if (task.uid === undefined) continue;
    const { uid: _, ...rest } = best().tasks[i] ?? task;
    await tryProgram(name, { ...best(), tasks: best().tasks.with(i, rest) });
  }
  await simplifyEach(best, tryProgram, name, (statement) => {
    if (statement.kind !== 'call') return [];
    const { results, operands } = statement;
    const fewerResults = results.map((_, i): Assignable[] => results.slice(0, i));
    const plainer = operands.flatMap((operand, i) =>
      operand.kind === 'text' && NAMES_TASK.test(operand.value)
        ? [[withOperand(statement, i, { ...operand, value: '/' })]]
        : [],
    );
    return [
      ...plainer,
      ...fewerResults.map((fewer) => [{ ...statement, results: fewer }]),
      ...(operands.length > 0 ? [[{ ...statement, operands: operands.slice(0, -1) }]] : []),
    ];
  });
}

/** Tries every simpler form of every statement; a statement that became simpler is tried again. */
async function simplifyEach(
  best: Best,
  tryProgram: TryProgram,
  name: string,
  simpler: (statement: Statement) => readonly (readonly Statement[])[],
): Promise<void> {
  for (let i = 0; i < statementsOf(best()).length; ) {
    const statement = statementsOf(best())[i] as Statement;
    let better = false;
    for (const form of simpler(statement)) {
      const changed = editStatements(best(), (one) => (one.at.line === statement.at.line ? form : undefined));
      better = await tryProgram(name, changed);
      if (better) break;
    }
    if (!better) i++;
  }
}
