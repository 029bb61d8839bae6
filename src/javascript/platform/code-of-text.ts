/**
 * Functions made of text, and eval by another name than its own: their code is transformed as that of any file. It sees
 * the global object of its agent and nothing of the functions around; what it imports is seen from the file that made it.
 */
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { parseSync } from 'oxc-parser';
import { asRunning } from '../language/flow.ts';
import { type Callable, stampHandler, stampMaker } from '../language/stamps.ts';
import type { Running } from '../operation.ts';
import { sites } from '../sites.ts';
import { callees } from '../texts.ts';
import { twinOf } from '../transform/twin.ts';
import { inOneStep } from '../world/leave.ts';
import { AgentNames } from './global-names.ts';
import { environment } from './load.ts';
import { compiled } from './programs.ts';
import { ownRealm } from './realm.ts';
import { refuse } from './refused.ts';

type Factory = (env: object) => (this: unknown) => Running;

const factories = new Map<string, Factory>();
const HASH_DIGITS = 8;

/** The body of a text, in the agent that runs. */
function bodyOf(text: string, site: number): (this: unknown) => Running {
  const realm = ownRealm();
  const from = sites.get(site)?.file ?? realm.shared.main;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  const file = `${from} (text ${hash})`;
  let factory = factories.get(file);
  if (factory === undefined) {
    const { code } = twinOf(text, file, { kind: 'text', globals: new AgentNames() });
    factory = compiled(code, file) as Factory;
    factories.set(file, factory);
  }
  return factory(environment(realm, from.includes(':') ? from : pathToFileURL(from).href));
}

/** As CreateDynamicFunction of the language: parameters and body stand by themselves. */
function functionOf(head: string, args: readonly unknown[], site: number): unknown {
  const texts = args.map(String);
  const body = texts.pop() ?? '';
  const params = texts.join(',');
  const text = `(${head} anonymous(${params}\n) {\n${body}\n})`;
  // The engine's own word for what is wrong.
  void new Script(text);
  const { program } = parseSync('text.cjs', text, { sourceType: 'script', preserveParens: false });
  const [only] = program.body as unknown as readonly { expression?: { body?: { start: number; end: number } } }[];
  const block = only?.expression?.body;
  const start = text.length - body.length - '{\n\n})'.length;
  if (block?.start !== start || block.end !== text.length - 1) throw new SyntaxError('Unexpected token');
  return inOneStep(bodyOf(`return ${text}`, site).call(undefined));
}

const HEADS: readonly (readonly [object, string])[] = [
  [Function, 'function'],
  [(async () => {}).constructor, 'async function'],
  [function* () {}.constructor, 'function*'],
  [async function* () {}.constructor, 'async function*'],
];
for (const [f, head] of HEADS as readonly (readonly [Callable, string])[]) {
  stampHandler(f, (_self, args, site) => functionOf(head, args, site));
  stampMaker(f, (args, target, site) => {
    if (target !== f) refuse(`a class of functions made of text is not there: write ${f.name} itself`, site);
    return functionOf(head, args, site);
  });
}

/** A script of expressions: it comes to the last of them. */
function scriptOf(text: string, site: number): string {
  void new Script(text);
  const { program } = parseSync('text.cjs', text, { sourceType: 'script' });
  const statements = program.body as unknown as readonly { type: string; start: number; expression?: Part }[];
  const odd = statements.find(({ type }) => type !== 'ExpressionStatement' && type !== 'EmptyStatement');
  if (odd !== undefined) {
    const advice = 'put the code into a file, or make a function of it by new Function';
    refuse(`eval of a text with more than expressions is not there: ${advice}`, site);
  }
  const last = statements.findLast(({ type }) => type === 'ExpressionStatement');
  if (last?.expression === undefined) return '';
  const { start, end } = last.expression;
  return `${text.slice(0, last.start)}return (${text.slice(start, end)}\n)`;
}

interface Part {
  readonly start: number;
  readonly end: number;
}

stampHandler(Reflect.get(globalThis, 'eval') as Callable, (_self, [text], site) => {
  if (typeof text !== 'string') return text;
  if (callees.get(site) === 'eval')
    refuse(
      'eval of a text that sees the variables around it is not there: put the code into a file, or call (0, eval)',
      site,
    );
  return asRunning(bodyOf(scriptOf(text, site), site).call(undefined));
});
