/** From the text of a program to its ast: the lines that belong to no task, and the tasks. Names are checked last. */
import { DEFAULT_PROFILE, type ProfileName, profileNames } from '../kernel/profiles.ts';
import { DEFAULT_CPUS, type Polydir, polydirMethods, type Program, type Task } from './ast.ts';
import type { Position } from './position.ts';
import { MAX_CPUS } from '../machine/limits.ts';
import { checkProgram } from './check.ts';
import { parseBlock } from './parse-statement.ts';
import { parseProperty } from './property.ts';
import { TokenReader } from './token-reader.ts';

const topWords = ['profile', 'cpus', 'shared', 'task', 'handler', 'always', 'polydir'];

/** Names of up to NAME_MAX bytes, none of them "." or "..". */
const PLAIN_PATH = /^(\/(?!\.\.?(\/|$))[^/\0]{1,16})+$/;

/** Parses and checks a program. `file` is its name in messages. Throws a ProgramError at the first mistake. */
export function parseProgram(source: string, file = 'program'): Program {
  const reader = new TokenReader(file, source);
  const program: Program = {
    file,
    source,
    profile: DEFAULT_PROFILE,
    cpus: DEFAULT_CPUS,
    shared: [],
    tasks: [],
    always: [],
    polydirs: [],
  };
  const seen = new Set<string>();
  while (reader.peek().kind !== 'end') {
    const { kind, text, at } = reader.peek();
    if (kind === 'indent') reader.fail('this line is indented, but stands in no block');
    if (reader.accept('profile')) {
      once(reader, seen, text, at);
      program.profile = parseProfile(reader);
    } else if (reader.accept('cpus')) {
      once(reader, seen, text, at);
      program.cpus = parseCpus(reader);
    } else if (reader.accept('shared')) {
      do program.shared.push(reader.name('a name for a shared word'));
      while (reader.accept(','));
      reader.endLine();
    } else if (reader.accept('always')) {
      program.always.push(parseProperty(reader));
      reader.endLine();
    } else if (reader.accept('polydir')) {
      program.polydirs.push(parsePolydir(reader));
    } else if (reader.accept('task')) {
      program.tasks.push(parseTask(reader));
    } else if (reader.accept('handler')) {
      program.tasks.push(parseHandler(reader));
    } else {
      reader.expected(`one of ${topWords.join(', ')}`, topWords);
    }
  }
  checkProgram(program);
  return program;
}

function once(reader: TokenReader, seen: Set<string>, what: string, at: Position): void {
  if (seen.has(what)) reader.fail(`"${what}" is given a second time`, at);
  seen.add(what);
}

function parseProfile(reader: TokenReader): ProfileName {
  const { text } = reader.peek();
  const profile = profileNames.find((name) => name === text);
  if (profile === undefined) reader.expected(`a profile (${profileNames.join(', ')})`, profileNames);
  reader.take();
  reader.endLine();
  return profile;
}

function parseCpus(reader: TokenReader): number {
  const { at } = reader.peek();
  const cpus = reader.number('a number of CPUs');
  if (cpus < 1 || cpus > MAX_CPUS) reader.fail(`a machine has 1 to ${MAX_CPUS} CPUs, not ${cpus}`, at);
  reader.endLine();
  return cpus;
}

/** As a line of namespace.conf: the directory, the parent of its instances, and the method unless it is user. */
function parsePolydir(reader: TokenReader): Polydir {
  const [directory = '', instances = ''] = ['the directory', 'the parent of its instances'].map((what) => {
    const { kind, text, at } = reader.peek();
    if (kind !== 'text') reader.expected(`${what}, a path in double quotes`);
    if (!PLAIN_PATH.test(text)) reader.fail(`${what} is a path from the root without "." and "..", not "${text}"`, at);
    return reader.take().text;
  });
  const method = polydirMethods.find((name) => reader.accept(name)) ?? 'user';
  if (reader.peek().kind === 'name') reader.expected(`one of ${polydirMethods.join(', ')}`, polydirMethods);
  reader.endLine();
  return { directory, instances, method };
}

function parseHandler(reader: TokenReader): Task {
  const { name, at } = reader.name('a name after "handler"');
  reader.demand(':', `after "handler ${name}"`);
  return { name, handler: true, body: parseBlock(reader), at };
}

function parseTask(reader: TokenReader): Task {
  const { name, at } = reader.name('a task name after "task"');
  const task: Task = { name, body: [], at };
  if (reader.accept('uid')) {
    const where = reader.peek().at;
    task.uid = reader.number('a user number after "uid"');
    if (task.uid < 0) reader.fail(`a user number is not negative, found ${task.uid}`, where);
  }
  reader.demand(':', `after "task ${name}"`);
  task.body = parseBlock(reader);
  return task;
}
