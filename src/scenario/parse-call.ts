/** Parses a call: its operands after their kinds in the table, and the task it starts. */
import type { Assignable, CallStatement, Operand } from './ast.ts';
import type { Position } from './position.ts';
import { type CallSpec, hasTwoResults, type OperandSpec } from './call-spec.ts';
import { callNames, callSignature, callSpec, type CallName } from './calls.ts';
import { didYouMean } from '../base/suggest.ts';
import type { TokenReader } from './token-reader.ts';

/** A call from its name on. `results` were read before it. */
export function parseCall(reader: TokenReader, results: Assignable[], at: Position): CallStatement {
  const { name, at: nameAt } = reader.name('the name of a call');
  const spec = callSpec(name);
  if (spec === undefined) {
    reader.fail(`unknown call "${name}"${didYouMean(name, callNames) || '; docs/programs.md lists them'}`, nameAt);
  }
  checkResults(reader, name, spec, results);
  reader.demand('(', `after "${name}"`);
  const operands = parseOperands(reader, name, spec, nameAt);
  const statement: CallStatement = { kind: 'call', results, call: name, operands, at };
  if (reader.is('->')) {
    if (spec.starts === undefined) reader.fail(`${name} starts no task; "->" belongs to clone, fork and vfork`);
    reader.take();
    statement.child = reader.name('a task name after "->"');
  } else if (spec.starts) {
    reader.expected(`"->" and the name of the task that ${name} starts`);
  }
  return statement;
}

function checkResults(reader: TokenReader, name: string, spec: CallSpec, results: Assignable[]): void {
  const second = results[1];
  if (second === undefined) return;
  if (!hasTwoResults(spec)) {
    reader.fail(`${name} has one result; only wait, waitpid and stat have a second`, second.at);
  }
  const first = results[0];
  if (first?.kind === 'name' && second.kind === 'name' && first.name === second.name) {
    reader.fail(`"${second.name}" cannot take both results`, second.at);
  }
}

/** What stands between the parentheses; takes the closing one. */
function parseOperands(reader: TokenReader, name: string, spec: CallSpec, at: Position): Operand[] {
  const operands: Operand[] = [];
  const needed = spec.operands.filter((operand) => operand.default === undefined).length;
  const wrongNumber = (found: number): never => {
    const most = spec.operands.length;
    const takes = needed === most ? `${most}` : `${needed} to ${most}`;
    const plural = most === 1 ? '' : 's';
    const signature = callSignature(name as CallName);
    return reader.fail(`${name} takes ${takes} operand${plural}, found ${found}: ${signature}`, at);
  };
  if (!reader.is(')')) {
    do {
      const operand = spec.operands[operands.length];
      if (operand === undefined) return wrongNumber(operands.length + countAhead(reader));
      operands.push(parseOperand(reader, name, operand));
    } while (reader.accept(','));
  }
  if (operands.length < needed && reader.is(')')) wrongNumber(operands.length);
  reader.demand(')', 'or "," after an operand');
  return operands;
}

/** How many operands are still to come on this line. */
function countAhead(reader: TokenReader): number {
  let count = 1;
  for (let ahead = 0; ; ahead++) {
    const { kind, text } = reader.peek(ahead);
    if (kind === 'newline' || kind === 'end' || (kind === 'symbol' && text === ')')) return count;
    if (kind === 'symbol' && text === ',') count++;
  }
}

function parseOperand(reader: TokenReader, call: string, spec: OperandSpec): Operand {
  const { at, kind } = reader.peek();
  const what = `for "${spec.name}" of ${call}`;
  switch (spec.kind) {
    case 'path':
      if (kind !== 'text') reader.expected(`a path in double quotes ${what}`);
      return { kind: 'text', value: reader.take().text, at };
    case 'text':
      if (kind !== 'text') reader.expected(`a text in double quotes ${what}`);
      return { kind: 'text', value: reader.take().text, at };
    case 'flags':
      return { kind: 'flags', parts: parseFlags(reader, call, spec), at };
    case 'choice':
      if (reader.isNumber()) return { kind: 'number', value: reader.number('a number'), at };
      return { kind: 'name', name: constantName(reader, call, spec), at };
    case 'handler':
      if (reader.isNumber()) return { kind: 'number', value: reader.number('a number'), at };
      return { kind: 'name', ...reader.name(`a handler ${what}`) };
    case 'constant':
      return { kind: 'number', value: reader.number(`a number ${what}`), at };
    case 'shared':
      if (spec.default !== undefined && reader.isNumber()) return parseValue(reader, `an address ${what}`);
      return { kind: 'name', ...reader.name(`the name of a shared word ${what}`) };
    case 'any':
      if (kind === 'text') return { kind: 'text', value: reader.take().text, at };
      return parseValue(reader, `a number, a name or a text ${what}`);
    case 'value':
      return parseValue(reader, `a number or a name ${what}`);
  }
}

/** Names of the table or numbers, with | between them. */
function parseFlags(reader: TokenReader, call: string, spec: OperandSpec): (string | number)[] {
  const parts: (string | number)[] = [];
  do {
    parts.push(reader.isNumber() ? reader.number('a flag') : constantName(reader, call, spec));
  } while (reader.accept('|'));
  return parts;
}

/** One of the names that mean something to this operand, or fails with what there is. */
function constantName(reader: TokenReader, call: string, spec: OperandSpec): string {
  const known = Object.keys(spec.constants ?? {});
  const what = spec.kind === 'flags' ? 'flag' : 'name';
  const { name, at } = reader.name(`a ${what} for "${spec.name}" of ${call}`);
  if (!known.includes(name)) {
    reader.fail(
      `unknown ${what} "${name}" of ${call}${didYouMean(name, known) || `; there are ${known.join(', ')}`}`,
      at,
    );
  }
  return name;
}

/** A number or a name, or fails. */
export function parseValue(reader: TokenReader, what: string): Operand {
  const { at } = reader.peek();
  if (reader.isNumber()) return { kind: 'number', value: reader.number(what), at };
  return { kind: 'name', name: reader.name(what).name, at };
}
