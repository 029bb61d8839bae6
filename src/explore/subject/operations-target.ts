/**
 * The scenarios of a file that declares operations, a module or ordinary JavaScript: each is a target of its own, and as a
 * subject shares its code.
 */
import type { LoadedModule } from '../../stepper/module/module.ts';
import type { OperationText, Scenario } from '../../stepper/module/operations-text.ts';
import type { Subject } from './subject.ts';
import type { Target } from './targets.ts';

/** So many CPUs, each of which makes so many calls at most. */
export interface Size {
  readonly cpus: number;
  readonly calls: number;
}

export interface OperationsSubject extends Subject {
  /** Of so many operations, those that never end one after the other: in words, for their author. */
  endless(operations: number, size: Size): readonly string[];
}

export interface Operations {
  readonly all: readonly OperationText[];
  /** Whether it makes no difference which CPU makes which calls. */
  readonly symmetric: boolean;
}

export interface OperationsTarget {
  readonly target: Target & { readonly path: string };
  readonly operations: Operations;
  /** Of the file with its imports and settings. */
  readonly hash: string;
  targetOf(scenario: Scenario): Target;
  subjectOf(scenario: Scenario): OperationsSubject;
}

/** Whether a target declares operations. */
export async function hasOperations(target: Target): Promise<boolean> {
  if (target.kind === 'javascript') return target.hasOperations === true;
  if (target.kind !== 'module') return false;
  const { declaresOperations } = await import('../../stepper/module/operations.ts');
  return declaresOperations(target.path, target.text);
}

/** Of a target that declares operations; undefined of any other. Throws ModuleError, JavascriptError. */
export async function operationsTarget(target: Target): Promise<OperationsTarget | undefined> {
  if (!(await hasOperations(target))) return undefined;
  if (target.kind === 'javascript') {
    const { javascriptOperations } = await import('./javascript-subject.ts');
    return javascriptOperations(target);
  }
  return target.kind === 'module' ? await moduleOperations(target) : undefined;
}

async function moduleOperations(target: Target & { readonly kind: 'module' }): Promise<OperationsTarget> {
  const { path, text, imports } = target;
  const [{ readOperations }, { loadModuleText, withScenario }, { ModuleSubject }] = await Promise.all([
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
    subjectOf: (scenario) => new ModuleSubject(withScenario(loaded, operations.textOf(scenario), scenario)),
  };
}
