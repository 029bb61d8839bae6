/**
 * The documents of explore, replay and minimize as schemas, with those of stress, run and bench (run-schemas.ts):
 * docs/schema.json is made of them, and tests hold real documents against them. A document may come to have more fields of
 * its own; what is said of a bug has exactly these.
 */
import * as v from 'valibot';
import { amount, count, kind, positive, text } from './schema-words.ts';
import { benchSchema, runSchema, stressSchema } from './run-schemas.ts';

const word = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 31 - 1));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

const frame = { function: v.string(), file: v.string(), line: count };

const access = v.strictObject({
  kind: v.string(),
  address: v.pipe(v.number(), v.integer()),
  symbol: text,
  before: v.nullable(word),
  after: v.nullable(word),
});

const move = {
  step: positive,
  cpu: count,
  task: text,
  move: v.picklist(['step', 'choice', 'tick']),
  /** It says whether the CPU is interrupted. */
  interrupts: v.optional(v.literal(true)),
  value: v.optional(count),
  of: v.optional(positive),
  fault: v.optional(v.strictObject({ site: v.string(), error: v.string() })),
  function: text,
  file: text,
  line: v.nullable(count),
  access: v.nullable(access),
  source: text,
};

const fullMove = { ...move, name: text, callers: v.array(v.strictObject(frame)) };
const told = v.strictObject(fullMove);
const begun = v.strictObject(move);

const call = v.strictObject({
  step: count,
  cpu: count,
  task: text,
  call: v.string(),
  line: count,
  result: v.nullable(word),
});

const why = v.strictObject({
  tried: count,
  decide: count,
  all: v.boolean(),
  orders: v.array(
    v.strictObject({
      earlier: told,
      later: v.strictObject({ ...fullMove, made: v.boolean() }),
      rest: v.picklist(['kept', 'free']),
      titles: v.array(v.string()),
    }),
  ),
  choicesTried: count,
  choices: v.array(v.strictObject({ at: told, rest: v.picklist(['kept', 'free']), titles: v.array(v.string()) })),
  waiting: v.array(
    v.strictObject({
      cpu: count,
      for: v.picklist(['lock', 'sleep', 'change']),
      at: told,
      since: v.nullable(count),
      by: v.nullable(told),
    }),
  ),
});

/** What every bug has that was run again. */
const bug = {
  title: v.string(),
  kind,
  function: v.string(),
  cpus: v.array(count),
  step: count,
  recording: text,
  switches: count,
  finalHash: hash,
  report: v.array(v.string()),
  interleaving: v.array(begun),
  accesses: v.array(told),
  calls: v.array(call),
  why: v.nullable(why),
  id: v.optional(v.string()),
  evidence: v.optional(v.string()),
};

const sighting = v.strictObject({
  scenario: v.string(),
  strategy: v.optional(v.string()),
  times: positive,
  of: count,
  first: v.nullable(positive),
});

const exploreBug = v.strictObject({
  ...bug,
  token: text,
  scenario: v.string(),
  ofCpus: positive,
  execution: v.nullable(positive),
  times: positive,
  seen: v.array(sighting),
  switchesFound: count,
  simplified: v.picklist(['yes', 'cut', 'no']),
  strategy: v.string(),
  replay: v.string(),
});

const subject = v.object({
  kind: v.picklist(['scenario', 'module', 'javascript']),
  name: v.string(),
  path: text,
  hash: v.string(),
  cpus: positive,
  profile: text,
  mutant: text,
  settings: v.record(v.string(), v.number()),
  faults: v.optional(v.string()),
  ticks: v.optional(v.string()),
});

const identity = v.object({ build: v.string(), subjects: v.array(subject) });

/** The fields that all three have. */
const common = {
  identity,
  scenario: v.string(),
  profile: text,
  mutant: text,
  model: v.string(),
  cpus: count,
  seed: v.nullable(count),
  verdict: v.picklist(['pass', 'bug', 'inconclusive']),
  executions: count,
  steps: count,
  syscalls: count,
  seconds: amount,
  complete: v.boolean(),
};

const end = v.picklist(['exhausted', 'executions', 'duration', 'found', 'stopped']);
const facts = v.record(v.string(), v.union([v.number(), v.string()]));

/** What one strategy did where several took turns. */
const share = v.strictObject({
  strategy: v.string(),
  stateful: v.boolean(),
  executions: count,
  redundant: count,
  repeated: count,
  bounded: count,
  steps: count,
  end,
  about: v.nullable(count),
  facts,
  bugs: v.array(v.strictObject({ title: v.string(), times: positive, first: v.nullable(positive) })),
  seconds: amount,
});

const target = v.object({
  scenario: v.string(),
  cpus: positive,
  profile: text,
  executions: count,
  redundant: count,
  repeated: count,
  bounded: count,
  resumed: count,
  steps: count,
  states: v.nullable(count),
  end,
  grown: count,
  facts,
  about: v.nullable(count),
  strategies: v.array(share),
  proof: text,
  bugs: v.array(v.string()),
  seconds: amount,
  size: v.optional(
    v.strictObject({
      cpus: positive,
      calls: positive,
      beyond: v.boolean(),
      scenarios: count,
      drawn: v.optional(v.boolean()),
      begun: count,
      covered: count,
    }),
  ),
});

const shortfall = v.strictObject({
  kind: v.picklist(['cut', 'sample', 'bound', 'shard']),
  why: v.string(),
  next: v.string(),
});

const explore = v.object({
  schema: v.pipe(v.string(), v.startsWith('tasklock.explore/')),
  command: v.literal('explore'),
  ...common,
  bugs: v.array(exploreBug),
  known: v.array(exploreBug),
  redundant: count,
  repeated: count,
  bounded: count,
  resumed: count,
  /** With --faults: how often something failed on purpose, and in how many executions. */
  failures: v.optional(count),
  failing: v.optional(count),
  states: v.nullable(count),
  finished: v.boolean(),
  covers: v.strictObject({ model: v.string(), summary: v.string(), notJudged: v.array(v.string()) }),
  shortfall: v.nullable(shortfall),
  next: v.string(),
  shard: v.nullable(v.object({ index: positive, of: positive })),
  interrupted: v.boolean(),
  left: count,
  strategy: v.string(),
  stateful: v.boolean(),
  checkers: v.array(v.string()),
  targets: v.array(target),
  /** With --text: the report as text. */
  text: v.optional(v.string()),
  checksum: v.string(),
});

const replay = v.object({
  schema: v.literal('tasklock.replay/1'),
  command: v.literal('replay'),
  ...common,
  bugs: v.array(v.strictObject(bug)),
  known: v.array(v.never()),
  strategy: v.string(),
  finalHash: hash,
  switches: count,
  divergence: v.nullable(v.strictObject({ step: positive, expected: v.string(), seen: v.string() })),
  importsNotHeld: v.array(v.string()),
  threads: v.nullable(
    v.strictObject({
      confirmed: v.boolean(),
      threads: positive,
      steps: count,
      differs: v.nullable(v.string()),
      seen: v.array(v.string()),
    }),
  ),
  trace: v.nullable(v.array(told)),
  recorded: v.strictObject({ tasklock: v.string(), buildId: v.string(), sameBuild: v.boolean(), finalHash: hash }),
});

const size = v.strictObject({
  switches: count,
  values: v.optional(count),
  steps: count,
  tasks: v.optional(count),
  calls: v.optional(count),
});

const minimize = v.object({
  schema: v.literal('tasklock.minimize/1'),
  command: v.literal('minimize'),
  ...common,
  bugs: v.array(v.strictObject({ ...bug, token: text, replay: v.string() })),
  known: v.array(v.never()),
  from: text,
  before: size,
  after: size,
  program: text,
  programs: count,
  untried: v.picklist(['nothing', 'switches', 'values', 'budget']),
  passes: v.array(v.strictObject({ name: v.string(), tried: count, better: count })),
  interrupted: v.boolean(),
});

/** By command; of one that came to its end. */
export const documentSchemas = {
  explore,
  replay,
  minimize,
  stress: stressSchema,
  run: runSchema,
  bench: benchSchema,
} as const;

/** What several of them are made of. */
export const schemaParts = { access, move: begun, told, call, why, subject } as const;
