/** The built-in scenarios by name; the first is what `tasklock stress` runs. */
import { mix } from './mix.ts';
import { mountChurn } from './mounts.ts';
import { polyinstantiation, polyinstantiationByContext, polyinstantiationByLevel } from './polyinstantiation.ts';
import type { Scenario } from './scenario.ts';
import { cloneExitStorm, pidChurn, threadGroupExit } from './storms.ts';
import { cloneStressor, unshareStressor } from './stressors.ts';
import { unshareTestPlan } from './unshare-test-plan.ts';

export const scenarios: readonly Scenario[] = [
  unshareTestPlan,
  cloneExitStorm,
  threadGroupExit,
  mountChurn,
  polyinstantiation,
  polyinstantiationByLevel,
  polyinstantiationByContext,
  pidChurn,
  unshareStressor,
  cloneStressor,
  mix,
];

export const defaultScenario: Scenario = unshareTestPlan;
