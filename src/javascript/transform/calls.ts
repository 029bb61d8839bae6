/** Calls, `new`, super(), tagged templates. */
import { calleeText, iterableText } from './callee-text.ts';
import type { Emitter, Rule } from './emitter.ts';
import type { LanguageName } from '../names.ts';
import { links, objectAndMember, readMember } from './access.ts';
import { argumentsOf } from './arguments.ts';
import { callees, iterables } from '../texts.ts';
import { bare, type Node } from './source.ts';

const FEW = 3;

/** `call2(f, a, b, site)` of a few plain arguments, `call(f, [...], site)` else. */
function invoke(e: Emitter, what: 'call' | 'method', target: string, node: Node): string {
  const site = e.site(node);
  callees.set(site, calleeText((node.callee ?? node.tag) as Node));
  const args = (node.arguments as Node[]).map((one) => e.emit(one));
  const spread = (node.arguments as Node[]).some((one) => one.type === 'SpreadElement');
  if (spread || args.length > FEW) return e.go(`${e.name(what)}(${target}, [${args.join(', ')}], ${site})`);
  const name = `${what}${args.length}` as LanguageName;
  return e.go(`${e.name(name)}(${[target, ...args].join(', ')}, ${site})`);
}

const call: Rule = (e, node) => {
  const callee = bare(node.callee as Node);
  if (callee.type === 'Super') return superCall(e, node);
  if (callee.type === 'MemberExpression') return invoke(e, 'method', objectAndMember(e, callee), node);
  if (callee.type === 'ChainExpression' && (callee.expression as Node).type === 'MemberExpression')
    return chained(e, callee, node);
  return invoke(e, 'call', e.emit(node.callee as Node), node);
};

/** `(a?.b)()`: the parentheses end the chain, and `this` is still a. */
function chained(e: Emitter, chain: Node, node: Node): string {
  const mark = e.state.mark();
  const self = e.temporary();
  const f = e.temporary();
  const read = links(
    e,
    chain.expression as Node,
    `(${self} = undefined)`,
    (object, member) => `(${self} = ${object}, ${readMember(e, self, member)})`,
  );
  const text = `(${f} = ${read}, ${invoke(e, 'method', `${self}, ${f}`, node)})`;
  e.state.release(mark);
  return text;
}

function superCall(e: Emitter, node: Node): string {
  const { owner } = e.state;
  if (owner.kind !== 'derived') e.refuse(node, 'super() stands outside a constructor');
  const p = e.prefix;
  const made = e.go(
    `${e.name('superCreate')}(${owner.className}, ${argumentsOf(e, node)}, ${p}target, ${e.site(node)})`,
  );
  return `(${p}this = ${e.name('once')}(${made}, ${p}this))`;
}

const create: Rule = (e, node) => {
  const site = e.site(node);
  callees.set(site, calleeText(node.callee as Node));
  return e.go(`${e.name('create')}(${e.emit(node.callee as Node)}, ${argumentsOf(e, node)}, ${site})`);
};

/** The strings come from a template of the twin itself, so that each place in the source has one object of its own. */
const tagged: Rule = (e, node) => {
  const quasi = node.quasi as Node;
  const quasis = quasi.quasis as Node[];
  let strings = '';
  quasis.forEach((one, i) => {
    strings += `${i > 0 ? '${0}' : ''}${(one.value as { raw: string }).raw}`;
  });
  const values = (quasi.expressions as Node[]).map((one) => `, ${e.emit(one)}`).join('');
  const site = e.site(node);
  const tag = bare(node.tag as Node);
  callees.set(site, calleeText(tag));
  const args = `[${e.name('strings')}\`${strings}\`${values}]`;
  if (tag.type === 'MemberExpression') return e.go(`${e.name('method')}(${objectAndMember(e, tag)}, ${args}, ${site})`);
  return e.go(`${e.name('call')}(${e.emit(node.tag as Node)}, ${args}, ${site})`);
};

/** What is spread is gone through by code that can be left; an array stays what it is. */
const spread =
  (name: 'spread' | 'spreadArguments'): Rule =>
  (e, node) => {
    const argument = e.emit(node.argument as Node);
    const site = e.site(node.argument as Node);
    iterables.set(site, iterableText(node.argument as Node));
    return `...${e.go(`${e.name(name)}(${argument}, ${site})`)}`;
  };

const inArray = spread('spread');
const array: Rule = (e, node) =>
  e.text(node, (one) => (one.type === 'SpreadElement' ? e.at(one) + inArray(e, one) : e.emit(one)));

const meta: Rule = (e, node) => {
  if ((node.meta as Node).name === 'import') return e.name('meta');
  const { owner } = e.state;
  if (owner.kind === 'module' || owner.kind === 'initializer') return 'undefined';
  owner.captured.add('target');
  return `${e.prefix}target`;
};

export const callRules: Readonly<Record<string, Rule>> = {
  CallExpression: call,
  NewExpression: create,
  TaggedTemplateExpression: tagged,
  SpreadElement: spread('spreadArguments'),
  ArrayExpression: array,
  MetaProperty: meta,
  ImportExpression: (e, node) =>
    e.go(`${e.name('call1')}(${e.name('importModule')}, ${e.emit(node.source as Node)}, ${e.site(node)})`),
};
