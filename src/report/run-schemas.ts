/** The documents of stress, run and bench as schemas; see document-schemas.ts. */
import * as v from 'valibot';
import { engines } from '../machine/engine.ts';
import { amount, count, kind, positive, text } from './schema-words.ts';

const share = v.pipe(amount, v.maxValue(1));
const verdict = v.picklist(['pass', 'bug', 'inconclusive']);
const names = v.record(v.string(), v.string());

const subject = v.object({
  kind: v.literal('scenario'),
  name: v.string(),
  path: v.null(),
  hash: v.string(),
  cpus: positive,
  profile: v.string(),
  mutant: v.null(),
  settings: v.record(v.string(), v.number()),
  faults: v.optional(v.string()),
  ticks: v.optional(v.string()),
});

/** With --faults: the setting, how often something was asked, and how often it failed. */
const faults = v.optional(
  v.strictObject({ setting: v.string(), sites: v.array(v.string()), asked: count, failed: count }),
);

const stressBug = {
  title: v.string(),
  kind,
  function: v.string(),
  cpus: v.array(count),
  step: v.null(),
  recording: v.null(),
  switches: v.null(),
  dump: text,
  report: v.array(v.string()),
};

export const stressSchema = v.object({
  schema: v.literal('tasklock.stress/1'),
  command: v.literal('stress'),
  identity: v.object({ build: v.string(), subjects: v.array(subject) }),
  scenario: v.string(),
  profile: v.string(),
  mutant: v.null(),
  engine: v.picklist(engines),
  cpus: positive,
  seed: count,
  verdict,
  bugs: v.array(v.strictObject(stressBug)),
  known: v.array(v.strictObject({ ...stressBug, id: v.string(), evidence: v.string() })),
  executions: v.literal(1),
  steps: v.null(),
  syscalls: count,
  seconds: amount,
  complete: v.literal(false),
  interrupted: v.boolean(),
  checks: count,
  always: v.nullable(v.strictObject({ looks: count, asked: count, atPauses: v.array(v.string()) })),
  syscallsPerSecond: count,
  perCpu: v.array(count),
  calls: v.array(v.strictObject({ name: v.string(), calls: positive, errors: count })),
  locks: v.array(v.strictObject({ name: v.string(), acquisitions: count, contentions: count })),
  lockChoices: names,
  faults,
  /** With --ticks: the setting, and how many interrupts came. */
  ticks: v.optional(v.strictObject({ setting: v.string(), taken: count })),
  dump: text,
});

export const runSchema = v.object({
  schema: v.literal('tasklock.run/1'),
  command: v.literal('run'),
  scenario: v.string(),
  profile: v.string(),
  verdict,
  ended: v.picklist(['finished', 'hung', 'endless', 'stopped']),
  faults,
  calls: v.array(
    v.strictObject({
      task: v.string(),
      pid: count,
      call: v.string(),
      result: v.union([v.number(), v.string()]),
      sharing: v.string(),
    }),
  ),
  bugs: v.array(v.strictObject({ title: v.string(), kind, function: v.string(), report: v.array(v.string()) })),
  known: v.array(v.strictObject({ title: v.string(), id: v.string(), evidence: v.string() })),
});

const sample = v.strictObject({ min: amount, median: amount, max: amount });
const phase = v.nullable(v.picklist(['near', 'far']));
const load = v.strictObject({ cpus: positive, insideNs: amount, outsideNs: amount, touch: count, writes: count });
const points = v.array(v.strictObject({ place: v.string(), count }));

const lockStat = v.strictObject({
  name: v.string(),
  conBounces: count,
  contentions: count,
  waitMin: amount,
  waitMax: amount,
  waitTotal: amount,
  acqBounces: count,
  acquisitions: count,
  holdMin: amount,
  holdMax: amount,
  holdTotal: amount,
  points,
  blockers: points,
});

const lockRow = v.strictObject({
  lock: v.string(),
  load,
  rounds: count,
  ofRounds: v.optional(count),
  timedRounds: v.optional(count),
  cutOff: v.optional(v.boolean()),
  throughput: sample,
  phase,
  perCpu: v.array(count),
  fairness: v.strictObject({ minShare: share, jain: share, longestWaitNs: amount }),
  latency: v.strictObject({ p50: amount, p90: amount, p99: amount, p999: amount, max: amount }),
  handOffs: share,
  transfers: v.nullable(amount),
  stat: lockStat,
  timeline: v.array(v.strictObject({ cpu: count, asked: v.number(), got: v.number(), released: v.number() })),
});

const contentions = v.array(
  v.strictObject({ lockClass: v.string(), name: v.string(), contended: count, waitTotal: amount, waitMax: amount }),
);

const kernelRow = v.strictObject({
  program: v.string(),
  cpus: positive,
  locks: names,
  rounds: count,
  ofRounds: count,
  phase,
  throughput: sample,
  perCpu: v.array(count),
  minShare: share,
  jain: share,
  calls: v.array(v.strictObject({ name: v.string(), perSecond: amount })),
  lockStat: v.array(lockStat),
  contention: v.strictObject({ caller: contentions, lock: contentions }),
});

const benchCommon = {
  schema: v.literal('tasklock.bench/1'),
  command: v.literal('bench'),
  seconds: amount,
  interrupted: v.boolean(),
};

/** What it was measured on; of locks there is more. */
const machine = v.object({
  name: v.string(),
  cores: count,
  node: v.string(),
  load: v.nullable(amount),
  pingPongNs: v.nullable(sample),
  warnings: v.array(v.string()),
});

const uncontended = v.strictObject({
  lock: v.string(),
  ns: v.number(),
  wasmNs: v.nullable(v.number()),
  atomicsNs: v.nullable(v.number()),
  nativeNs: v.nullable(v.number()),
});

const nativeRow = v.strictObject({
  lock: v.string(),
  load,
  rounds: count,
  ofRounds: count,
  throughput: sample,
  phase,
  perCpu: v.array(count),
  minShare: share,
  jain: share,
});

const modelCheck = v.strictObject({
  lock: v.string(),
  cpus: positive,
  real: amount,
  model: amount,
  error: amount,
});

export const benchSchema = v.variant('what', [
  v.object({
    ...benchCommon,
    what: v.literal('locks'),
    clock: v.picklist(['real', 'model']),
    machine,
    rows: v.array(lockRow),
    uncontended: v.array(uncontended),
    native: v.array(nativeRow),
    nativeMissing: text,
    modelCheck: v.array(modelCheck),
    rankAgreement: v.nullable(v.number()),
  }),
  v.object({
    ...benchCommon,
    what: v.picklist(['syscalls', 'scenario']),
    clock: v.literal('real'),
    profile: v.string(),
    machine,
    rows: v.array(kernelRow),
  }),
]);
