/** The rules of kernel code, each with a name that stays and a sentence that says what to write instead. */

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: Rule;
  readonly message: string;
}

export const rules = {
  syntax: 'the file does not parse',

  'import-form': 'import functions, tables and numbers with braces and by their own names',
  'import-path': 'import only ./files of src/kernel and ../machine/*',
  'default-export': 'export the function by its name',
  're-export': 'import a name from the file that defines it, no file passes on the names of another',
  'module-statement': 'only imports, functions and constants stand at module level; move this into a function',
  'module-variable': 'the kernel has no variables outside RAM; add a field to layout.ts',
  'module-const':
    'a module constant is a number made of literals and other constants; anything else goes to a table file',
  'type-declaration': 'kernel code has one type, number; leave the declaration out',

  class: 'there are no classes in the kernel; use a struct of layout.ts and functions',
  'nested-function': 'move the function to module level and pass what it needs as numbers',
  'arrow-function': 'write a function declaration at module level',
  async: 'kernel functions are plain functions; wait with wait_for_change or a wait queue',
  generator: 'kernel functions are plain functions; the build makes them resumable',
  parameter: 'a parameter is a plain name with the type number',
  'return-type': 'state the return type: number or void',
  'local-type': 'a local is a number; leave its type out or write number',
  'local-init': 'give the local a first value where it is declared',
  destructuring: 'load the words one by one',
  var: 'write let or const',

  label: 'put the inner loop into a function of its own and return from it',
  throw: 'return an error number, or call BUG()',
  try: 'test return values; machine faults are not for the kernel to catch',
  'for-in': 'count with for (;;) or follow a list with list_next',
  statement: 'the kernel has no such statement; use if, for, while, do, switch, break, continue or return',
  'case-test': 'a case is a constant; test anything else with if',
  'expression-statement': 'a statement is a call or an assignment; name the value or leave it out',

  string: 'text lies in RAM; use numbers, and constants for names',
  template: 'text lies in RAM; use numbers, and constants for names',
  regex: 'compare bytes with get_user_byte or get_byte',
  bigint: 'use 32-bit integers, in two words where that is not enough',
  float: 'use whole numbers',
  'integer-range': 'the number does not fit 32 bits with sign; write | 0 behind it',
  boolean: 'write 1 or 0; to test a comparison kept in a local write !x, not x === false',
  null: 'write 0',
  object: 'describe a struct in layout.ts and keep it in RAM',
  array: 'keep the words in RAM, or put the table into a table file',
  this: 'pass the address as a parameter',
  new: 'get memory from kmem_cache_alloc',
  spread: 'pass the arguments one by one',
  await: 'kernel functions are plain functions; wait with wait_for_change or a wait queue',
  yield: 'every bus access is a switching point already; leave it out',
  'optional-chain': 'test the address against 0',
  index: 'load the word from its address: load(base + 4 * index)',
  member: 'only tables of layout.ts and map.ts have members',
  callee: 'call a function of the module or an imported one by its name; of the language only Math.imul',
  'function-value': 'a function is only called and a table only has members; neither is a value',
  global: 'of the language only Math.imul is there; import everything else',
  'assignment-value': 'make the assignment a statement of its own',
  'assignment-target': 'assign to a local or a parameter; store() to RAM',
  operator: 'not an operator of kernel code; use arithmetic, comparison with === and !==, && || ! and ?:',
  division: 'cut the quotient at once: (a / b) | 0',
  unsigned: '>>> 0 leaves the range of a signed word; use it only inside a comparison or a bit operation',
  sequence: 'write two statements',
  'type-operator': 'kernel code has one type, number; leave the cast out',
  expression: 'not an expression of kernel code',
} as const satisfies Readonly<Record<string, string>>;

/** Rules that only a module to explore can break. */
export const userRules = {
  'bus-name': 'tasklock/bus has no such function',
  cpus: 'cpus lists functions of the module, one for each CPU; write what a CPU does as a function and name it here',
  table: 'a table is one level of numbers, by name or one after the other',
  arguments: 'the number of arguments does not fit',
  'no-value': 'the function gives no value',
  scratch: 'words of a CPU are declared in a function, const seen = scratch(8), and used one by one: seen[i]',
} as const satisfies Readonly<Record<string, string>>;

export type Rule = keyof typeof rules | keyof typeof userRules;

/** Rules that a module to explore breaks in another sense than kernel code does. */
const moduleRules: Readonly<Partial<Record<Rule, string>>> = {
  'import-form': "import by name: import { load, store } from 'tasklock/bus'",
  'import-path': "import only 'tasklock/bus' and files of your own by relative path",
  'default-export': 'export by name: setup, cpus, invariant and finished are looked for',
  're-export': 'define setup, cpus, invariant and finished in this file, by these names',
  'module-statement':
    'only imports, functions and constants stand at module level; what is to be done first goes to setup()',
  'module-variable': 'a module has no variables outside RAM; keep the value in a word and use load and store',
  'module-const': 'a constant is a number, or a table of numbers, made of literals and other constants',
  'type-declaration': 'only types are taken away, this is code; write a table: const OFFSET = { next: 0, value: 4 }',
  class: 'there are no objects; keep the words in RAM and write functions that take an address',
  'nested-function': 'move the function to module level and pass what it needs as numbers',
  async: 'functions of a CPU are plain functions; every bus access is a switching point already',
  await: 'functions of a CPU are plain functions; every bus access is a switching point already',
  generator: 'functions of a CPU are plain functions; every bus access is a switching point already',
  parameter: 'a parameter is a plain name, or one with a constant for when it is left out; its value is a number',
  destructuring: 'only a table of constants and an array that is written out are taken apart; load words one by one',
  throw: "call assert(condition, 'what went wrong')",
  try: 'there is nothing to catch: a fault ends the execution, as a bug',
  'for-in': 'count with for (let i = 0; i < n; i++)',
  statement: 'no such statement here; use if, for, while, do, switch, break, continue or return',
  string: 'a string can only be the message of assert',
  template: 'the message of assert is one fixed text, since it is the title of the bug',
  regex: 'there is no text; use numbers',
  'integer-range': 'numbers have 32 bits',
  null: 'write 0',
  object: 'keep the words in RAM, one address for each member; a table of constants goes to module level',
  array: 'keep the words in RAM: load(BASE + 4 * i); a table of constants goes to module level',
  new: 'take the words from RAM that you lay out yourself, from 0x1000 on',
  index: 'load the word from its address: load(BASE + 4 * i); only tables of constants have elements',
  member: 'only tables of constants and modules have members; keep the words in RAM',
  callee:
    'call a function by its name; of the language there are Math.imul, abs, min, max, sign, clz32, floor, ceil, round, trunc',
  'function-value': 'a function is only called and a table only has members; neither is a value',
  operator: 'no such operator here; use arithmetic, comparison, && || ! and ?:',
  unsigned: '>>> 0 leaves the range of a signed word; use it only to compare: a >>> 0 < b >>> 0',
  expression: 'no such expression here',
};

/** What a violation of a rule says. */
export function messageOf(rule: Rule, dialect: 'kernel' | 'module'): string {
  const own = dialect === 'module' ? moduleRules[rule] : undefined;
  return own ?? (rule in rules ? rules[rule as keyof typeof rules] : userRules[rule as keyof typeof userRules]);
}
