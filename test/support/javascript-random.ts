/**
 * Random programs over the constructs of the language, from a seed. Every one ends: loops are bounded, and functions call
 * only those that stand before them. What goes wrong in one is caught and printed, so that errors are compared as well.
 */
class Draw {
  private state: number;
  constructor(seed: number) {
    this.state = seed | 0;
  }
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }
  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

interface Kind {
  readonly async: boolean;
  readonly generator: boolean;
  readonly inClass: boolean;
  readonly loop: number;
}

export function randomProgram(seed: number): string {
  return new Writer(new Draw(seed)).program();
}

class Writer {
  private readonly draw: Draw;
  private serial = 0;
  private depth = 0;
  private vars: string[] = [];
  private functions: string[] = [];
  private generators: string[] = [];
  private asyncs: string[] = [];
  private classes: string[] = [];
  /** Statements and expressions that may still be written in this part. */
  private budget = 0;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  program(): string {
    const plain = { async: false, generator: false, inClass: false, loop: 0 };
    let text =
      "const show = (l, ...x) => console.log(l, ...x.map((v) => typeof v === 'function' ? 'f ' + v.name + v.length : v));\n";
    // How the engine names what cannot be taken apart has corners of its own.
    text +=
      "const why = (e) => String(e?.message ?? e).replace(/^.*(not (async )?iterable|Cannot destructure|Receiver must be|private member).*$/s, '$1').replace(/Receiver must be/, 'private member');\n";
    text +=
      'const view = new Int32Array(new SharedArrayBuffer(32)); let calls = 0; const limit = () => { if (++calls > 500) throw new Error("limit"); };\n';
    const parts = 3 + this.draw.below(5);
    for (let i = 0; i < parts; i++)
      text += `try { ${this.declaration()} } catch (e) { show('decl', e?.name, why(e)); }\n`.replace(
        /^try \{ ((?:async )?function|class|const|let)([\s\S]*) \} catch.*\n$/,
        '$1$2\n',
      );
    for (let i = 0; i < 4; i++)
      text += `try {\n${this.part(plain)}\n} catch (e) { show('caught', e?.name, why(e)); } finally { show('view', ...view); }\n`;
    text += `(async () => { try {\n${this.part({ ...plain, async: true })}\n} catch (e) { show('acaught', e?.name, why(e)); } })().then(() => show('end'));\n`;
    return text;
  }

  private part(kind: Kind): string {
    this.budget = 60;
    return this.block(kind);
  }

  private fresh(hint: string): string {
    return `${hint}${++this.serial}`;
  }

  private declaration(): string {
    this.budget = 30;
    const which = this.draw.below(4);
    if (which === 0) return this.classText();
    const name = this.fresh('f');
    const kind = { async: which === 2, generator: which === 3, inClass: false, loop: 0 };
    const text = `${kind.async ? 'async ' : ''}function${kind.generator ? '*' : ''} ${name}${this.functionRest(kind)}`;
    (which === 3 ? this.generators : which === 2 ? this.asyncs : this.functions).push(name);
    return text;
  }

  /** `(params) {body}`. */
  private functionRest(kind: Kind): string {
    const { vars } = this;
    const names = [this.fresh('p'), this.fresh('p'), this.fresh('p')];
    this.vars = [...vars, ...names];
    const [a, b, c] = names;
    const params = this.draw.one([
      `${a}, ${b}, ${c}`,
      `${a}, ${b} = ${a}, ...${c}`,
      `{ x: ${a}, y: ${b} = 2 } = {}, ${c} = ${this.draw.below(9)}`,
      `[${a}, ${b} = 1, ...${c}] = [1, 2, 3]`,
      `${a} = view[0], ${b} = () => ${a}, ${c}`,
    ]);
    const text = `(${params}) { limit(); ${this.block(kind)} return ${this.expression(kind)}; }`;
    this.vars = vars;
    return text;
  }

  private classText(): string {
    const name = this.fresh('C');
    const base = this.classes.length > 0 && this.draw.chance(60) ? this.draw.one(this.classes) : undefined;
    const kind = { async: false, generator: false, inClass: true, loop: 0 };
    const { vars } = this;
    this.vars = [...vars, 'this.v', 'this.#p', 'this.g', 'this.#q'];
    const members = [
      `v = ${this.expression({ ...kind, inClass: false })};`,
      `#p = ${this.draw.below(9)};`,
      `get #q() { return this.#p + 1; } set #q(x) { this.#p = x; }`,
      `get g() { limit(); return ${this.draw.one(['this.#p', 'view[1]', 'this.v', 'this.#q'])}; } set g(x) { this.#p = x; view[1] = 1; }`,
      `m${this.functionRest(kind)}`,
      `#r${this.functionRest(kind)} r(...a) { limit(); return this.#r(...a); }`,
      `*it() { limit(); yield this.v; yield* [this.#p, this.g]; }`,
      `async am(x) { limit(); const y = await x; this.v = y; return [y, this.#p]; }`,
      `static s = ${this.draw.below(9)}; static t() { limit(); return this.s++; }`,
      `['k' + ${this.draw.below(2)}]() { limit(); return ${base === undefined ? '0' : 'super.m?.(1)'}; }`,
    ].filter(() => this.draw.chance(85));
    if (!members.some((one) => one.startsWith('#p'))) members.unshift('#p = 0;');
    if (!members.some((one) => one.includes('get #q'))) members.unshift('get #q() { return 1; } set #q(x) {}');
    if (this.draw.chance(60))
      members.push(
        base === undefined
          ? `constructor(a, b = a) { limit(); this.a = a; { ${this.statement(kind)} } }`
          : `constructor(...a) { limit(); ${this.draw.one(['', 'const f = () => this;'])} super(...a); this.b = a.length; ${this.statement(kind)} }`,
      );
    this.vars = vars;
    this.classes.push(name);
    return `class ${name}${base === undefined ? '' : ` extends ${base}`} { ${members.join(' ')} }`;
  }

  private block(kind: Kind): string {
    const { vars } = this;
    this.vars = [...vars];
    const count = 1 + this.draw.below(4);
    let text = '';
    for (let i = 0; i < count; i++) text += `${this.statement(kind)}\n`;
    this.vars = vars;
    return text;
  }

  private statement(kind: Kind): string {
    if (this.depth > 4 || --this.budget < 0) return `show(${this.serial}, ${this.variable()});`;
    this.depth++;
    try {
      return this.anyStatement(kind);
    } finally {
      this.depth--;
    }
  }

  private anyStatement(kind: Kind): string {
    const e = (): string => this.expression(kind);
    const again = { ...kind, loop: kind.loop + 1 };
    switch (this.draw.below(18)) {
      case 0:
      case 1: {
        const name = this.fresh('x');
        const text = `${this.draw.one(['let', 'var', 'const'])} ${name} = ${e()};`;
        if (!text.startsWith('const')) this.vars.push(name);
        return text;
      }
      case 2: {
        const [a, b, c] = [this.fresh('d'), this.fresh('d'), this.fresh('d')];
        const text = this.draw.one([
          `let [${a}, ${b} = ${e()}, ...${c}] = ${this.list(kind)};`,
          `let { x: ${a}, y: [${b}] = [${e()}], ...${c} } = ${this.object(kind)};`,
          `let ${a} = 0, ${b} = 1, ${c}; [${a}, ${b}, view[${this.draw.below(8)}]] = [${b}, ${e()}, ${this.draw.below(99)}];`,
        ]);
        this.vars.push(a, b, c);
        return text;
      }
      case 3:
        return `show(${++this.serial}, ${e()}, ${e()});`;
      case 4:
        return `if (${e()}) { ${this.block(kind)} } else { ${this.statement(kind)} }`;
      case 5: {
        const i = this.fresh('i');
        return `for (let ${i} = 0; ${i} < ${1 + this.draw.below(3)}; ${i}++) { ${this.block(again)} ${this.draw.one(['', `if (${e()}) continue;`, `if (${e()}) break;`])} }`;
      }
      case 6: {
        const x = this.fresh('o');
        return `for (${this.draw.one([`const ${x}`, `let ${x}`, `const [${x}]`])} of ${this.list(kind)}) { show(${++this.serial}); ${this.block(again)} ${this.draw.one(['', 'break;', `if (${e()}) continue;`])} }`;
      }
      case 7: {
        const k = this.fresh('k');
        return `for (const ${k} in ${this.object(kind)}) { show(${k}); ${this.block(again)} }`;
      }
      case 8:
        return `try { ${this.block(kind)} ${this.draw.one(['', `throw ${this.draw.one([`new Error('e${this.serial}')`, e()])};`])} } catch (err) { show('c', why(err)); ${this.block(kind)} } ${this.draw.one(['', `finally { show('f${++this.serial}'); }`])}`;
      case 9:
        return `switch (${e()}) { case ${e()}: show('s1'); ${this.statement(kind)} ${this.draw.one(['', 'break;'])} default: show('sd'); case 1: show('s2'); }`;
      case 10: {
        const n = this.fresh('n');
        const label = this.fresh('l');
        return `let ${n} = 0; ${label}: while (${n} < 3) { ${n}++; for (const q of [1, 2]) { ${this.block(again)} if (${e()}) continue ${label}; if (${e()}) break ${label}; } }`;
      }
      case 11:
        return kind.generator ? `show('y', yield ${e()});` : `${this.assignment(kind)};`;
      case 12:
        return kind.async
          ? `show('a', await ${this.promise(kind)});`
          : `${this.promise(kind)}.then((v) => show('then', v), (r) => show('bad', why(r)));`;
      case 13: {
        const name = this.fresh('g');
        const { vars } = this;
        const text = this.draw.one([
          `const ${name} = (a, b = ${e()}) => { limit(); return [a, b, ${e()}]; };`,
          `function ${name}(a) { limit(); return ${e()}; }`,
          `const ${name} = function (a) { limit(); return [arguments.length, a, ${e()}]; };`,
        ]);
        this.vars = vars;
        return `${text} show(${++this.serial}, ${name}(${e()}));`;
      }
      case 14:
        return kind.async && this.draw.chance(60)
          ? `for await (const w of ${this.draw.one([this.list(kind), `[${this.promise(kind)}, 2]`])}) { show('w', w); }`
          : `${this.assignment(kind)};`;
      default:
        return `${this.assignment(kind)};`;
    }
  }

  private assignment(kind: Kind): string {
    const target = this.draw.one([this.variable(), `view[${this.draw.below(8)}]`, this.writable()]);
    const simple = /^[a-z]|^this/.test(target) ? target : 'view[0]';
    if (this.draw.chance(20)) return this.draw.one([`${simple}++`, `--${simple}`]);
    const bare = this.draw.chance(30) ? this.unparenthesized(kind) : this.expression(kind);
    return `${simple} ${this.draw.one(['=', '=', '+=', '??=', '||=', '&&=', '-='])} ${bare}`;
  }

  /** Where an assignment may stand, and binds weaker than an operator. */
  private unparenthesized(kind: Kind): string {
    const e = (): string => this.expression(kind);
    return this.draw.one([
      `${e()} ? ${e()} : ${e()}`,
      `view[${this.draw.below(8)}] = ${e()}`,
      `x => x`,
      `${e()} || ${e()}`,
      `async () => ${this.draw.below(3)}`,
      `typeof ${e()} + ${e()}`,
    ]);
  }

  private writable(): string {
    return this.vars.length === 0 ? 'view[2]' : this.draw.one(this.vars);
  }

  private variable(): string {
    return this.vars.length === 0 ? 'view[3]' : this.draw.one(this.vars);
  }

  private list(kind: Kind): string {
    const e = (): string => this.expression(kind);
    return this.draw.one([
      `[${e()}, ${e()}, 3]`,
      `[1, ...[${e()}], 2]`,
      `new Set([1, 2, ${e()}])`,
      `'ab'`,
      'view.subarray(0, 3)',
      this.generators.length > 0 ? `${this.draw.one(this.generators)}(${e()})` : '[4]',
      `Object.entries(${this.object(kind)})`,
    ]);
  }

  private object(kind: Kind): string {
    const e = (): string => this.expression(kind);
    return this.draw.one([
      `{ x: ${e()}, y: [${e()}], z: 1 }`,
      `{ ...{ x: ${e()} }, get y() { limit(); return [view[0]]; } }`,
      `{ x() { return 1; }, ['y' + 1]: ${e()}, w: ${e()} }`,
    ]);
  }

  private promise(kind: Kind): string {
    const e = (): string => this.expression({ ...kind, async: false, generator: false });
    const call = this.asyncs.length > 0 ? `${this.draw.one(this.asyncs)}(${e()})` : 'Promise.resolve(7)';
    return this.draw.one([
      `Promise.resolve(${e()})`,
      `Promise.reject(new Error('r'))`,
      `Promise.all([${e()}, Promise.resolve(1)])`,
      call,
      `(async () => ${e()})()`,
      `Promise.race([Promise.resolve(1), ${e()}]).finally(() => show('fin'))`,
    ]);
  }

  private expression(kind: Kind): string {
    if (this.depth > 5 || --this.budget < 0) return this.draw.one([this.variable(), String(this.draw.below(5))]);
    this.depth++;
    try {
      return this.anyExpression(kind);
    } finally {
      this.depth--;
    }
  }

  private anyExpression(kind: Kind): string {
    const e = (): string => this.expression(kind);
    switch (this.draw.below(22)) {
      case 0:
        return String(this.draw.below(10));
      case 1:
        return this.draw.one(["'s'", 'null', 'undefined', 'true', '2.5', '`t${1}`']);
      case 2:
        return `(${e()} ${this.draw.one(['+', '-', '*', '<', '===', '&&', '||', '??', ',', '|'])} ${e()})`.replace(
          /\(([\s\S]*) \?\? ([\s\S]*)\)$/,
          '(($1) ?? ($2))',
        );
      case 3:
        return `(${e()} ? ${e()} : ${e()})`;
      case 4:
        return `[${e()}, ${e()}]`;
      case 5:
        return `(${this.object(kind)})`;
      case 6:
        return `${this.variable()}?.x`;
      case 7:
        return `(${e()})?.[${e()}]?.length`;
      case 8:
        return `view[${this.draw.below(8)}]`;
      case 9:
        return `Atomics.${this.draw.one(['load(view, 1)', 'add(view, 2, 1)', 'exchange(view, 0, 5)', 'compareExchange(view, 0, 5, 1)'])}`;
      case 10:
        return this.functions.length > 0
          ? `${this.draw.one(this.functions)}(${this.draw.one([`${e()}`, `...[${e()}, 1]`, ''])})`
          : '6';
      case 11:
        return this.classes.length > 0
          ? `new ${this.draw.one(this.classes)}(${e()})${this.draw.one(['', '.v', '.g', '.m?.(1)', '.r?.(2)', '.k0?.()', '?.a'])}`
          : '8';
      case 12:
        return `${this.list(kind).replace(/^view.*/, '[5]')}.${this.draw.one(['length', 'size', 'map?.((x) => (limit(), [x]))', 'foo?.()', 'filter?.((x, i) => view[i % 8] || x)', 'reduce?.((a, x) => a + x, "")'])}`;
      case 13:
        return `typeof ${e()}`;
      case 14:
        return `((a) => { limit(); return a; })(${e()})`;
      case 15:
        return `(function () { limit(); return ${this.draw.one(['arguments.length', 'typeof this', 'new.target', 'this?.x'])}; }).call(${e()}, 1)`;
      case 16:
        return kind.async ? `(await ${e()})` : `\`\${typeof ${e()}}\``;
      case 17:
        return kind.generator ? `(yield ${e()})` : `!${e()}`;
      case 18:
        return this.classes.length > 0
          ? `${this.draw.one(this.classes)}.${this.draw.one(['t?.()', 's', 'name', 'length'])}`
          : '9';
      case 19:
        return `((${this.variable()}).${this.draw.one(['x', 'm', 'length', 'v'])}${this.draw.one(['', '(1)', '.y'])})`;
      case 20:
        return this.generators.length > 0
          ? `[...${this.draw.one(this.generators)}(${e()})].length`
          : '[...view].length';
      default:
        return this.variable();
    }
  }
}
