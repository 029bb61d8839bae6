/**
 * Random code of the module language over whole words, in two texts of one tree: as an author writes it, and in plain
 * JavaScript, where every operation is cut to 32 bits by hand. Beside random-code.ts: overflow, comparison without sign,
 * quotients that are rounded, counting up and down, shadowing, labels, `continue` everywhere, recursion, defaults.
 */
import { Random } from '../../dist/src/base/random.js';

/** The same in both languages. */
type Both = readonly [own: string, plain: string];

interface Around {
  readonly names: readonly string[];
  /** Those that may be given a value. */
  readonly lets: readonly string[];
  readonly labels: ReadonlyArray<readonly [label: string, isLoop: boolean]>;
  readonly inLoop: boolean;
  readonly inSwitch: boolean;
  readonly functions: readonly string[];
}

const NUMBERS = [0, 1, 2, 3, 5, 31, 33, 255, 65_537, 0x40000000, 0x7fffffff, -1, -7];
const WORDS = ['X', 'Y', 'Z'];
const COMPARISONS = ['<', '<=', '>', '>=', '===', '!=='];
const HEAD = 'const X = 0x1000, Y = 0x1004, Z = 0x1008, LARGE = 0xfffffff0; const T = [3, -1, 65536, 2];';

class Words {
  readonly #random: Random;
  #names = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  program(): Both {
    const around = { names: ['x', 'y', 'a'], lets: ['x', 'a'], labels: [], inLoop: false, inSwitch: false };
    const [early, value] = [
      this.#statement({ ...around, functions: [] }, 2),
      this.#value({ ...around, functions: [] }, 2),
    ];
    const late = this.#statement({ ...around, functions: ['short'] }, 2);
    const main = { ...around, names: ['a', 'b', 'c'], lets: ['a', 'b', 'c'], functions: ['short', 'deep'] };
    const body = Array.from({ length: 3 }, () => this.#statement(main, 3));
    return join`${both(HEAD)}
function short(n, x, y = -3) { let a = 1; ${early} return ${value}; }
function deep(n, x, y = 2) { let a = 1; if (n > 0) a = deep(n - 1, y); ${late} return a ^ x; }
function run() { let a = 1, b = -2, c = 70000;
  ${body[0]}
  ${body[1]}
  ${body[2]}
  store(0x1100, a); store(0x1104, b); store(0x1108, c); }`;
  }

  #name(): string {
    return `v${this.#names++}`;
  }

  #pick<T>(list: readonly T[]): T {
    return this.#random.pick(list);
  }

  #leaf(around: Around): Both {
    const word = this.#pick(WORDS);
    return both(
      this.#pick([`(${this.#pick(NUMBERS)})`, this.#pick(around.names), this.#pick(around.names), `load(${word})`]),
    );
  }

  #value(around: Around, depth: number): Both {
    if (depth <= 0) return this.#leaf(around);
    const value = (): Both => this.#value(around, depth - 1);
    const [one, other, name] = [value(), value(), this.#pick(around.lets)];
    const word = both(this.#pick(WORDS));
    switch (this.#random.below(18)) {
      case 0:
      case 1:
        return this.#operation(this.#pick(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>']), one, other);
      case 2:
        return join`(${one} ${both(this.#pick(COMPARISONS))} ${other} ? 5 : ${value()})`;
      case 3:
      case 4:
        return join`(${one} >>> 0 ${both(this.#pick(COMPARISONS))} ${this.#random.below(3) ? join`${other} >>> 0` : both('LARGE')} ? ${value()} : 6)`;
      case 5:
        return join`(${one} >>> ${both(String(1 + this.#random.below(31)))})`;
      case 6:
        return join`(${both(this.#pick(['-', '~', '+']))}(${one}) | 0)`;
      case 7:
        return join`(${one} ${both(this.#pick(['&&', '||']))} ${other})`;
      case 8:
        return join`(${one}, ${other})`;
      case 9:
      case 10:
        return this.#assignment(name, one);
      case 11: {
        const [sign, isFirst] = [this.#pick(['+', '-']), this.#random.below(2) === 0];
        const set = `(${name} = ${name} ${sign} 1 | 0)`;
        const before = `(${set} ${sign === '+' ? '-' : '+'} 1 | 0)`;
        return [isFirst ? `(${sign}${sign}${name})` : `(${name}${sign}${sign})`, isFirst ? set : before];
      }
      case 12:
        return join`${both(this.#pick(['xchg', 'xadd']))}(${word}, ${one})`;
      case 13:
        return join`T[${one} & 3]`;
      case 14:
        return join`Math.${both(this.#pick(['max', 'min']))}(${one}, ${other}, ${value()})`;
      case 15:
        return join`(Math.${both(this.#pick(['ceil', 'floor', 'round', 'trunc']))}(${one} / ${other}) | 0)`;
      case 16:
        if (around.functions.length === 0) return one;
        return join`${both(this.#pick(around.functions))}(2, ${one}${this.#random.below(2) ? join`, ${other}` : both('')})`;
      default:
        return join`(+!(${one}))`;
    }
  }

  #operation(operator: string, one: Both, other: Both): Both {
    const [own] = join`(${one} ${both(operator)} ${other})`;
    return [own, operator === '*' ? `Math.imul(${one[1]}, ${other[1]})` : `(${one[1]} ${operator} ${other[1]} | 0)`];
  }

  #assignment(name: string, value: Both): Both {
    const operator = this.#pick(['', '+', '-', '*', '/', '%', '^', '<<', '>>']);
    if (operator === '') return join`(${both(name)} = ${value})`;
    return [`(${name} ${operator}= ${value[0]})`, `(${name} = ${this.#operation(operator, both(name), value)[1]})`];
  }

  #block(around: Around, depth: number): Both {
    return join`{ ${this.#statement(around, depth)} ${this.#statement(around, depth)} }`;
  }

  #statement(around: Around, depth: number): Both {
    const [test, value] = [this.#value(around, 2), this.#value(around, 3)];
    const name = this.#name();
    const inner = (more: Partial<Around> = {}): Both => this.#block({ ...around, ...more }, depth - 1);
    switch (this.#random.below(depth <= 0 ? 5 : 12)) {
      case 0:
        return join`${both(this.#pick(around.lets))} = ${value};`;
      case 1:
        return join`store(${both(this.#pick(WORDS))}, ${value});`;
      case 2:
        return join`(${value});`;
      case 3:
        return this.#way(around, test);
      case 4:
        return join`{ let ${both(name)} = ${value}; ${both(this.#pick(around.lets))} = ${both(name)}; }`;
      case 5: {
        const shadowed = this.#pick(around.lets);
        return join`{ const ${both(name)} = ${value}; { let ${both(shadowed)} = ${both(name)}; ${inner()} } }`;
      }
      case 6:
        return join`if (${test}) ${inner()} else ${inner()}`;
      case 7: {
        const loop = {
          names: [...around.names, name],
          inLoop: true,
          labels: [...around.labels, [`l${name}`, true] as const],
        };
        return join`${both(`l${name}: for (let ${name} = 0, m${name} = 3; ${name} < m${name}; ${name}++, m${name}--)`)} ${inner(loop)}`;
      }
      case 8: {
        const body = inner({ inLoop: true });
        const end = join`while (${both(name)}++ < 2 && ${test})`;
        return this.#random.below(2)
          ? join`{ let ${both(name)} = 0; do ${body} ${end}; }`
          : join`{ let ${both(name)} = 0; ${end} ${body} }`;
      }
      case 9: {
        const part = (head: string): Both =>
          join`${both(head)}: ${inner({ inSwitch: true })} ${both(this.#random.below(2) ? 'break;' : '')}`;
        return join`switch (${test} & 3) { ${part('case 2')} ${part('default')} ${part('case 0')} }`;
      }
      case 10:
        return join`${both(`l${name}: `)}${inner({ labels: [...around.labels, [`l${name}`, false]] })}`;
      default:
        return inner();
    }
  }

  /** Out of, or on with, what is around. */
  #way({ inLoop, inSwitch, labels }: Around, test: Both): Both {
    const ways = [
      ...(inLoop ? ['break', 'continue'] : inSwitch ? ['break'] : []),
      ...labels.flatMap(([label, isLoop]) => [`break ${label}`, ...(isLoop ? [`continue ${label}`] : [])]),
    ];
    return ways.length === 0 ? both(';') : join`if (${test}) ${both(this.#pick(ways))};`;
  }
}

const both = (text: string): Both => [text, text];

function join(texts: TemplateStringsArray, ...parts: readonly (Both | undefined)[]): Both {
  const of = (side: 0 | 1): string => texts.map((text, i) => text + (parts[i]?.[side] ?? '')).join('');
  return [of(0), of(1)];
}

/** The text of a module's functions, `run` among them, and the same for plain JavaScript. */
export const randomWords = (seed: number): Both => new Words(seed).program();
