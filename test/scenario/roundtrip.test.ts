import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../../dist/src/scenario/assemble.js';
import {
  type Assignable,
  type Expression,
  type Operand,
  polydirMethods,
  type Program,
  type Statement,
  type Task,
} from '../../dist/src/scenario/ast.js';
import type { Reference } from '../../dist/src/scenario/position.js';
import { hasTwoResults, type OperandSpec } from '../../dist/src/scenario/call-spec.js';
import { callNames, callSpec } from '../../dist/src/scenario/calls.js';
import { parseProgram } from '../../dist/src/scenario/parser.js';
import { printProgram } from '../../dist/src/scenario/print.js';
import { type PropertyTree, taskParts, type Term } from '../../dist/src/scenario/property.js';

const at = { line: 0, column: 0 };
const operators = ['==', '!=', '<', '<=', '>', '>='] as const;
const registerName = fc.constantFrom('x', 'y', 'z');
const sharedName = fc.constantFrom('flag', 'gate');
const taskName = fc.constantFrom('one', 'two');

const number = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 9 }));
const value: fc.Arbitrary<Operand> = fc.oneof(
  number.map((each) => ({ kind: 'number', value: each, at }) as const),
  fc
    .oneof(registerName, sharedName, taskName, fc.constant('EPERM'))
    .map((name) => ({ kind: 'name', name, at }) as const),
);
const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
const path = fc.oneof(
  text,
  taskName.map((name) => `/proc/${name}/cwd`),
  fc.constant('/a'),
);
const assignable: fc.Arbitrary<Assignable> = fc.oneof(
  fc.oneof(registerName, sharedName).map((name) => ({ kind: 'name', name, at }) as const),
  fc.nat(63).map((index) => ({ kind: 'memory', index, at }) as const),
);
const condition = fc.record({ left: value, comparison: fc.constantFrom(...operators), right: value });

function operand(spec: OperandSpec): fc.Arbitrary<Operand> {
  const constants = Object.keys(spec.constants ?? { NONE: 0 });
  switch (spec.kind) {
    case 'path':
      return path.map((each) => ({ kind: 'text', value: each, at }));
    case 'text':
      return text.map((each) => ({ kind: 'text', value: each, at }));
    case 'flags':
      return fc
        .array(fc.oneof(fc.constantFrom(...constants), number), { minLength: 1, maxLength: 3 })
        .map((parts) => ({ kind: 'flags', parts, at }));
    case 'choice':
      return fc.oneof(
        fc.constantFrom(...constants).map((name) => ({ kind: 'name', name, at }) as const),
        number.map((each) => ({ kind: 'number', value: each, at }) as const),
      );
    case 'handler':
      return fc.constantFrom('DFL', 'H1', 'catch').map((name) => ({ kind: 'name', name, at }) as const);
    case 'constant':
      return number.map((each) => ({ kind: 'number', value: each, at }));
    case 'shared':
      return sharedName.map((name) => ({ kind: 'name', name, at }));
    case 'any':
      return fc.oneof(
        value,
        text.map((each) => ({ kind: 'text', value: each, at }) as const),
      );
    case 'value':
      return value;
  }
}

/** What choose takes. */
const values = fc.integer({ min: 1, max: 128 }).map((n): Operand => ({ kind: 'number', value: n, at }));

const call: fc.Arbitrary<Statement> = fc.constantFrom(...callNames).chain((name) => {
  const spec = callSpec(name);
  if (spec === undefined) throw new Error(name);
  const needed = spec.operands.filter((each) => each.default === undefined).length;
  return fc
    .record({
      given: fc.integer({ min: needed, max: spec.operands.length }),
      operands: name === 'choose' ? fc.tuple(values) : fc.tuple(...spec.operands.map(operand)),
      results: fc.array(assignable, { maxLength: hasTwoResults(spec) ? 2 : 1 }),
      child: taskName,
    })
    .filter(({ results: [a, b] }) => a?.kind !== 'name' || b?.kind !== 'name' || a.name !== b.name)
    .map(({ given, operands, results, child }) => ({
      kind: 'call',
      results,
      call: name,
      operands: operands.slice(0, given),
      ...(spec.starts ? { child: { name: child, at } } : {}),
      at,
    }));
});

const expression: fc.Arbitrary<Expression> = fc.oneof(
  value,
  fc.nat(63).map((index) => ({ kind: 'memory', index, at }) as const),
  fc.record({
    kind: fc.constant('binary' as const),
    operator: fc.constantFrom('+' as const, '&' as const, '>>' as const),
    left: value,
    right: value,
    at: fc.constant(at),
  }),
);

const { statement } = fc.letrec<{ statement: Statement; block: Statement[] }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    call,
    fc.record({ kind: fc.constant('assign' as const), to: assignable, value: expression, at: fc.constant(at) }),
    fc.record({ kind: fc.constant('expect' as const), condition, at: fc.constant(at) }),
    fc.record({
      kind: fc.constant('barrier' as const),
      word: sharedName.map((name) => ({ name, at })),
      count: fc.integer({ min: 1, max: 99 }),
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('if' as const),
      condition,
      body: tie('block'),
      otherwise: fc.oneof(fc.constant<Statement[]>([]), tie('block')),
      at: fc.constant(at),
    }),
    fc.record({ kind: fc.constant('while' as const), condition, body: tie('block'), at: fc.constant(at) }),
    fc.record({ kind: fc.constant('repeat' as const), body: tie('block'), at: fc.constant(at) }),
    fc.record({ kind: fc.constant('repeat' as const), count: value, body: tie('block'), at: fc.constant(at) }),
  ),
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
}));

const term: fc.Arbitrary<Term> = fc.oneof(
  number.map((each) => ({ kind: 'number', value: each, at }) as const),
  fc.oneof(sharedName, taskName).map((name) => ({ kind: 'name', name, at }) as const),
  taskName.map((task) => ({ kind: 'ask-number', ask: 'umask', task, at }) as const),
);
const textTerm: fc.Arbitrary<Term> = fc.oneof(
  text.map((each) => ({ kind: 'text', value: each, at }) as const),
  taskName.map((task) => ({ kind: 'ask-text', ask: 'getcwd', task, at }) as const),
);
const { tree } = fc.letrec<{ tree: PropertyTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant('compare' as const),
      left: term,
      comparison: fc.constantFrom(...operators),
      right: term,
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      left: textTerm,
      comparison: fc.constantFrom('==' as const, '!=' as const),
      right: textTerm,
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('shares' as const),
      task: taskName,
      part: fc.constantFrom(...taskParts),
      other: taskName,
      at: fc.constant(at),
      otherAt: fc.constant(at),
    }),
    fc.record({ kind: fc.constant('not' as const), inner: tie('tree') }),
    fc.record({ kind: fc.constantFrom('or' as const, 'and' as const), left: tie('tree'), right: tie('tree') }),
  ),
}));

/** Every task begins by assigning what its statements may use; `main` starts the two others, or nobody would. */
const first: Statement[] = ['x', 'y', 'z'].map((name) => ({
  kind: 'assign',
  to: { kind: 'name', name, at },
  value: { kind: 'number', value: 0, at },
  at,
}));
/** sigaction(USR1, catch): a handler is given to a signal by some task. */
const given: Statement = {
  kind: 'call',
  results: [],
  call: 'sigaction',
  operands: ['USR1', 'catch'].map((name) => ({ kind: 'name', name, at })),
  at,
};
const handler: fc.Arbitrary<Task> = fc.record({
  name: fc.constant('catch'),
  handler: fc.constant(true as const),
  body: fc.array(statement, { maxLength: 6 }).map((body) => [...first, ...body]),
  at: fc.constant(at),
});
const program = fc.record({
  profile: fc.constantFrom('desai-2005' as const, 'linux-2.6.16' as const, 'linux-6' as const),
  cpus: fc.integer({ min: 1, max: 64 }),
  shared: fc.constant<Reference[]>([
    { name: 'flag', at },
    { name: 'gate', at },
  ]),
  tasks: fc.tuple(
    ...['main', 'one', 'two'].map((name) =>
      fc.record(
        {
          name: fc.constant(name),
          uid: fc.nat(2000),
          body: fc.array(statement, { maxLength: 6 }).map((body) => [...first, given, ...body]),
          at: fc.constant(at),
        },
        { requiredKeys: ['name', 'body', 'at'] },
      ),
    ),
    handler,
  ),
  always: fc.array(
    tree.map((each) => ({ tree: each, at })),
    { maxLength: 2 },
  ),
  polydirs: fc.array(
    fc.record({
      directory: fc.constantFrom('/tmp', '/var/tmp'),
      instances: fc.constantFrom('/inst', '/a b/"c"'),
      method: fc.constantFrom(...polydirMethods),
    }),
    { maxLength: 2 },
  ),
});

/** The same data with every place in the text gone. */
function withoutPlaces(data: unknown): unknown {
  const places = new Set(['at', 'otherAt', 'source', 'file']);
  return JSON.parse(JSON.stringify(data, (key, each: unknown) => (places.has(key) ? undefined : each)));
}

test('any program is the same after printing and parsing, and can be assembled', () => {
  fc.assert(
    fc.property(program, (ast) => {
      const printed = printProgram(ast);
      const parsed: Program = parseProgram(printed);
      expect(withoutPlaces(parsed)).toEqual(withoutPlaces(ast));
      expect(printProgram(parsed)).toBe(printed);
      const image = assemble(parsed);
      expect(image.tasks[0]?.started).toBe(true);
    }),
    { numRuns: 300 },
  );
});
