/**
 * Treiber's stack with nodes that are given back: who pops reads the next node of one that another may have freed. With
 * hazard pointers (Michael 2004) a node is freed only when nobody has said that it looks at it. Verdict: pass. With
 * `--set HAZARD=0`: "use-after-free: read of freed block in pop". With `--set LOOK_AGAIN=0` the top is not looked at
 * again behind saying so: the same. With `--set RECLAIM=0` what was popped is not freed: "leak: block never freed in push".
 */
import { alloc, assert, cmpxchg, free, load, READ_ONCE, store, xchg } from 'tasklock/bus';

const HAZARD = 1;
const LOOK_AGAIN = 1;
const RECLAIM = 1;

const TOP = 0x1000;
const HAZARDS = 0x1010;
const LEFT = 0x1020;
const CPUS = 2;
const NODE = { next: 0, value: 4, SIZE: 8 } as const satisfies Readonly<Record<string, number>>;

function push(value: number): void {
  const node = alloc(NODE.SIZE);
  store(node + NODE.value, value);
  let top = READ_ONCE(TOP);
  do store(node + NODE.next, top);
  while (top !== (top = cmpxchg(TOP, top, node)));
}

/** Nobody else can reach the node; what others look at stays for the one that comes last. */
function retire(node: number, cpu: number): void {
  for (let other = 0; other < CPUS; other++) {
    if (HAZARD && other !== cpu && READ_ONCE(HAZARDS + 4 * other) === node) {
      const before = xchg(LEFT + 4 * cpu, node);
      assert(before === 0, 'one node is left behind at most');
      return;
    }
  }
  free(node);
}

function pop(cpu: number): void {
  for (;;) {
    const top = READ_ONCE(TOP);
    if (top === 0) return;
    if (HAZARD) {
      xchg(HAZARDS + 4 * cpu, top);
      if (LOOK_AGAIN && READ_ONCE(TOP) !== top) continue;
    }
    const next = load(top + NODE.next);
    if (cmpxchg(TOP, top, next) !== top) continue;
    xchg(HAZARDS + 4 * cpu, 0);
    if (RECLAIM) retire(top, cpu);
    return;
  }
}

export function setup(): void {
  push(1);
  push(2);
}

export const cpus = Array.from({ length: CPUS }, () => pop);

/** What was left behind, and what nobody has popped. */
export function finished(): void {
  for (let cpu = 0; cpu < CPUS; cpu++) free(load(LEFT + 4 * cpu));
  for (let node = load(TOP); node !== 0; ) {
    const { next } = NODE;
    const rest = load(node + next);
    free(node);
    node = rest;
  }
}
