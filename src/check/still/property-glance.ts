/**
 * A glance at a program's `always` properties on a machine whose CPUs go on meanwhile. Words that are read one after the
 * other may never have had these values at one moment: only a property that reads one word that changes is certain to be
 * broken when it looks broken; for the others it is a reason to make all CPUs stand still and look again.
 */
import { errnoValues } from '../../scenario/constants.ts';
import { type Property, propertyNames, type PropertyTree } from '../../scenario/property.ts';
import type { Finding } from '../evidence/finding.ts';
import { checkProperty, type Demands } from './program-checks.ts';
import { RamView } from '../evidence/view.ts';

/** A view that reads every word once. */
class OnceView extends RamView {
  readonly #seen = new Map<number, number>();

  forget(): void {
    this.#seen.clear();
  }

  override word(address: number): number {
    let value = this.#seen.get(address);
    if (value === undefined) {
      value = super.word(address);
      this.#seen.set(address, value);
    }
    return value;
  }
}

/** Whether a property asks about tasks, whose answers lie in several words. */
function asksTasks(tree: PropertyTree): boolean {
  if (tree.kind === 'not') return asksTasks(tree.inner);
  if (tree.kind === 'shares') return true;
  if (tree.kind === 'or' || tree.kind === 'and') return asksTasks(tree.left) || asksTasks(tree.right);
  return [tree.left, tree.right].some((term) => term.kind === 'ask-text' || term.kind === 'ask-number');
}

/** Whether a property reads only one word that changes: a shared word, or the pid of a task. */
export function readsOneWord({ tree }: Property): boolean {
  if (asksTasks(tree)) return false;
  const names = new Set([...propertyNames(tree)].map((one) => one.name).filter((name) => !errnoValues.has(name)));
  return names.size <= 1;
}

export interface Glance {
  /** Broken for certain. */
  readonly broken: readonly Finding[];
  /** Whether another one looks broken. */
  readonly doubt: boolean;
}

export class PropertyGlance {
  readonly #view: OnceView;
  readonly #demands: Demands;
  readonly #certain: readonly boolean[];

  constructor(memory: ArrayBufferLike, demands: Demands) {
    this.#view = new OnceView(memory);
    this.#demands = demands;
    this.#certain = demands.always.map(readsOneWord);
  }

  look(): Glance {
    this.#view.forget();
    const broken: Finding[] = [];
    let doubt = false;
    this.#demands.always.forEach((property, i) => {
      const found = checkProperty(this.#view, this.#demands, property);
      if (this.#certain[i] === true) broken.push(...found);
      else if (found.length > 0) doubt = true;
    });
    return { broken, doubt };
  }
}
