/**
 * What is written behind the text of a module that declares operations (operations.ts), so that it becomes a module with CPUs,
 * which can be recorded and replayed like any other: for each CPU the calls that it makes, each between a beginning and an
 * end (machine/history.ts), and what a call does when nobody else is there. The calls are numbers that a function is called with,
 * so that the code of all scenarios of a module is one.
 *
 * How reports call the operations stands in a comment in front. Nothing but reports is made of it.
 */
import { oneLine } from '../../base/visible.ts';
import { BUS_MODULE } from '../../machine/bus-functions.ts';

/** The function that makes a call with nobody else there. */
export const ALONE = 'operationAlone';
/** CPUs that may call them, and calls of each. */
export const MOST_OPERATIONS_CPUS = 4;
export const MOST_OPERATIONS_CALLS = 4;
/** What stands for no call. */
const NONE = -1;

const HEAD = '// operations: ';

/** An operation as text: what it is called with, by CPU, or once for all. */
export interface CallText {
  /** The function, as the module calls it. */
  readonly callee: string;
  readonly args: readonly (readonly number[])[];
  readonly givesValue: boolean;
}

export interface OperationText {
  readonly call: CallText;
  /** What it has to be like; by default the call itself. */
  readonly model: CallText | undefined;
}

/** What each CPU calls, by numbers of the operations. */
export type Scenario = readonly (readonly number[])[];

/** Names of operations, each by CPU or once for all; one that gives a value ends in an equals sign. */
export type OperationNames = readonly (readonly string[])[];

/** What is to be written behind the text. `free` makes a name that the module does not have. */
export function scenarioText(
  operations: readonly OperationText[],
  scenario: Scenario,
  free: (name: string) => string,
): string {
  const [begin, end, made] = [free('callBegin'), free('callEnd'), free('operation')];
  const [one, all] = [free('call'), free('calls')];
  // Parameters beside which the functions of the module are called.
  const given: Given = { number: free('number'), cpu: free('cpu') };
  const { number, cpu } = given;
  const slots = Array.from({ length: MOST_OPERATIONS_CALLS }, (_, i) => `call${i}`);
  const models = operations.map(({ call, model = call }) => ({ ...model, givesValue: call.givesValue }));
  const programs = scenario.map((calls, by) => `() => ${all}(${programArguments(calls, by).join(', ')})`);
  const hasModel = operations.some(({ model }) => model !== undefined);
  return [
    `${HEAD}${JSON.stringify(namesOf(operations))}`,
    `import { call_begin as ${begin}, call_end as ${end} } from '${BUS_MODULE}';`,
    `function ${made}(${number}, ${cpu}) { ${cases(
      operations.map(({ call }) => call),
      given,
    )} }`,
    `function ${one}(${number}, ${cpu}) {`,
    `  ${begin}(${cpu}, ${number}, ${cpu});`,
    `  ${end}(${cpu}, ${made}(${number}, ${cpu}));`,
    '}',
    `function ${all}(${cpu}, ${slots.join(', ')}) { ${slots.map((slot) => `if (${slot} >= 0) ${one}(${slot}, ${cpu});`).join(' ')} }`,
    `export function ${ALONE}(${number}, ${cpu}) { ${hasModel ? cases(models, given) : `return ${made}(${number}, ${cpu});`} }`,
    `export const cpus = [${programs.join(', ')}];`,
    '',
  ].join('\n');
}

/** How an operation is told its number and its CPU. */
interface Given {
  readonly number: string;
  readonly cpu: string;
}

const cases = (calls: readonly CallText[], { number, cpu }: Given): string =>
  `switch (${number}) { ${calls.map((call, i) => `case ${i}: ${callText(call, cpu)}`).join(' ')} } return 0;`;

/** What the function of a CPU is called with. */
export function programArguments(calls: readonly number[], cpu: number): number[] {
  return [cpu, ...calls, ...Array.from({ length: MOST_OPERATIONS_CALLS - calls.length }, () => NONE)];
}

/** The calls among the arguments of a CPU's function. */
export const callsAmong = (args: readonly number[]): number[] => args.slice(1).filter((one) => one !== NONE);

function callText({ callee, args, givesValue }: CallText, cpu: string): string {
  const [first = []] = args;
  const texts = first.map((_, i) =>
    byCpu(
      args.map((own) => own[i] ?? 0),
      cpu,
    ),
  );
  const call = `${callee}(${texts.join(', ')})`;
  return givesValue ? `return ${call};` : `${call}; return 0;`;
}

/** A number that may be another one for each CPU, which `cpu` is the name of. */
function byCpu(values: readonly number[], cpu: string): string {
  const [first = 0, ...others] = values;
  if (others.every((one) => one === first)) return String(first);
  return `(${values.map((one, by) => `${cpu} === ${by} ? ${one} : `).join('')}0)`;
}

const namesOf = (operations: readonly OperationText[]): OperationNames =>
  operations.map(({ call: { callee, args, givesValue } }) =>
    args.map((own) => `${callee}(${own.join(', ')})${givesValue ? ' =' : ''}`),
  );

/** The line from which on a text is what was written behind a module; none of any other. */
export function writtenFrom(text: string): number {
  const at = text.split('\n').findLastIndex((one) => one.startsWith(HEAD));
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

/** The names that such a text has; undefined of any other. */
export function operationNames(text: string): OperationNames | undefined {
  const line = text.split('\n').findLast((one) => one.startsWith(HEAD));
  if (line === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(line.slice(HEAD.length));
    // They may come with a recording of somebody else.
    return isNames(names) ? names.map((own) => own.map((name) => oneLine(name))) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isNames = (value: unknown): value is OperationNames =>
  Array.isArray(value) &&
  value.every((one) => Array.isArray(one) && one.length > 0 && one.every((name) => typeof name === 'string'));
