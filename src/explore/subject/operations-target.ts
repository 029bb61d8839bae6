/** The scenarios of a module that declares operations: each is a target of its own, and as a subject shares its code. */
import type { LoadedModule } from '../../stepper/module/module.ts';
import type { Operations } from '../../stepper/module/operations.ts';
import type { Scenario } from '../../stepper/module/operations-text.ts';
import type { ModuleSubject } from './module-subject.ts';
import type { Target } from './targets.ts';

type ModuleTarget = Target & { readonly kind: 'module' };

export interface OperationsTarget {
  readonly target: ModuleTarget;
  readonly operations: Operations;
  /** Of the module with its imports and settings. */
  readonly hash: string;
  targetOf(scenario: Scenario): ModuleTarget;
  subjectOf(scenario: Scenario): ModuleSubject;
}

/** Whether a target is a module that declares operations. */
export async function hasOperations(target: Target): Promise<boolean> {
  if (target.kind !== 'module') return false;
  const { declaresOperations } = await import('../../stepper/module/operations.ts');
  return declaresOperations(target.path, target.text);
}

/** Of a target that is a module and declares operations; undefined of any other. Throws ModuleError. */
export async function operationsTarget(target: Target): Promise<OperationsTarget | undefined> {
  if (target.kind !== 'module' || !(await hasOperations(target))) return undefined;
  const { path, text, imports } = target;
  const [{ readOperations }, { loadModuleText, withScenario }, { ModuleSubject: Made }] = await Promise.all([
    import('../../stepper/module/operations.ts'),
    import('../../stepper/module/module.ts'),
    import('./module-subject.ts'),
  ]);
  const settings = new Map(Object.entries(target.settings));
  const operations = readOperations(path, text, settings, imports);
  const loaded: LoadedModule = await loadModuleText(path, operations.textOf([[0]]), settings, false, imports);
  return {
    target,
    operations,
    hash: withScenario(loaded, text, [[0]]).hash,
    targetOf: (scenario) => ({ ...target, text: operations.textOf(scenario) }),
    subjectOf: (scenario) => new Made(withScenario(loaded, operations.textOf(scenario), scenario)),
  };
}
