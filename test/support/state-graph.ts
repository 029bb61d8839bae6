/**
 * Every state of a module, found without any notion of waiting in loops: its CPUs go round them as a real machine's do.
 * What searches that know of spinning have to see the same of.
 */
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { FIRST_WORD } from '../../dist/src/machine/limits.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import { stateNumber } from '../../dist/src/stepped/state.js';
import type { Snapshot } from '../../dist/src/stepped/machine.js';

export interface Graph {
  /** Fingerprints of the states in which every CPU is done and nothing is wrong. */
  readonly ends: readonly number[];
  /** What the first four words hold there. */
  readonly memory: readonly string[];
  /** Bugs but for CPUs that are stuck. */
  readonly titles: readonly string[];
  /** Whether there is a state from which neither an end nor a bug can be reached. */
  readonly doomed: boolean;
  /** Whether CPUs can be stuck, or go round for ever although each that can step again and again does (strong fairness). */
  readonly endless: boolean;
}

interface Node {
  /** By CPU; undefined for one that cannot step. */
  readonly next: (Node | undefined)[];
  good: boolean;
}

/** Whether some of the nodes can be gone through for ever, and fairly. */
function hasFairCycle(nodes: ReadonlySet<Node>, cpus: number): boolean {
  return components(nodes).some((part) => {
    const steps = (cpu: number): boolean => [...part].some(({ next }) => part.has(next[cpu] as Node));
    const all = Array.from({ length: cpus }, (_, cpu) => cpu);
    if (!all.some(steps)) return false;
    const unfair = all.find((cpu) => !steps(cpu) && [...part].some(({ next }) => next[cpu] !== undefined));
    if (unfair === undefined) return true;
    return hasFairCycle(new Set([...part].filter(({ next }) => next[unfair] === undefined)), cpus);
  });
}

/** Strongly connected components (Tarjan 1972), without recursion. */
function components(nodes: ReadonlySet<Node>): Set<Node>[] {
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const stack: Node[] = [];
  const onStack = new Set<Node>();
  const found: Set<Node>[] = [];
  const enter = (node: Node) => {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    onStack.add(node);
    return { node, rest: node.next.filter((one) => one !== undefined && nodes.has(one)) as Node[] };
  };
  const lower = (node: Node, to: number): void => void low.set(node, Math.min(low.get(node) as number, to));
  for (const root of nodes) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next !== undefined) {
        if (!index.has(next)) path.push(enter(next));
        else if (onStack.has(next)) lower(top.node, index.get(next) as number);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) lower(above.node, low.get(top.node) as number);
      if (low.get(top.node) !== index.get(top.node)) continue;
      const part = new Set(stack.splice(stack.indexOf(top.node)));
      for (const one of part) onStack.delete(one);
      found.push(part);
    }
  }
  return found;
}

/** Undefined for one with more states than that. */
export async function stateGraph(text: string, most: number): Promise<Graph | undefined> {
  const subject = new ModuleSubject(await loadModuleText('/random.ts', text, new Map(), true));
  const { machine } = subject;
  const ends = new Set<number>();
  const memory = new Set<string>();
  const titles = new Set<string>();
  const nodes = new Map<number, Node>();
  const open: { node: Node; saved: Snapshot }[] = [];

  /** The node of the state that the machine stands in; good when it is over and not stuck. */
  const arrive = (): Node => {
    const number = stateNumber(machine.hash());
    const known = nodes.get(number);
    if (known !== undefined) return known;
    const node: Node = { next: [], good: false };
    nodes.set(number, node);
    if (!machine.moves().isEmpty) open.push({ node, saved: machine.snapshot() });
    else if (Array.from({ length: subject.cpus }, (_, cpu) => cpu).every((cpu) => machine.isIdle(cpu))) {
      node.good = true;
      ends.add(number);
      memory.add(machine.ram.subarray(FIRST_WORD, FIRST_WORD + 4).join());
    }
    return node;
  };
  const failed = (title: string): Node => {
    titles.add(title);
    return { next: [], good: true };
  };
  const judge = (): Node => {
    const broken = subject.invariant();
    return broken === undefined ? arrive() : failed(broken.title);
  };
  const step = (cpu: number): Node => {
    try {
      machine.step(cpu);
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      return failed(`${error.kind}: ${error.what} in ${subject.blame(subject.faultStack(cpu))}`);
    }
    return judge();
  };

  subject.reset();
  judge();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (nodes.size > most) return undefined;
    for (let cpu = 0; cpu < subject.cpus; cpu++) {
      machine.restore(one.saved);
      one.node.next.push(machine.enabled(cpu) ? step(cpu) : undefined);
    }
  }
  for (let grows = true; grows; ) {
    grows = false;
    for (const node of nodes.values()) {
      if (node.good || !node.next.some((next) => next?.good)) continue;
      node.good = true;
      grows = true;
    }
  }
  const all = [...nodes.values()];
  const deadlocked = all.some(({ next, good }) => !good && next.every((one) => one === undefined));
  return {
    ends: [...ends].sort(),
    memory: [...memory].sort(),
    titles: [...titles].sort(),
    doomed: all.some((node) => !node.good),
    endless: deadlocked || hasFairCycle(new Set(all), subject.cpus),
  };
}
