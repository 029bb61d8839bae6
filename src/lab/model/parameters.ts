/**
 * Machines that can be modelled: what accesses cost, in cycles, and how CPUs are spread over sockets. Costs that a paper
 * gives are its figures, rounded; the others are estimates and say so.
 */
export interface Parameters {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly gigahertz: number;
  /** Read or write of a line that the CPU has, and what a locked operation takes on top of it. */
  readonly hit: number;
  readonly locked: number;
  /** A line that another CPU has for itself, or that has to be taken from others: same socket, another one. */
  readonly local: number;
  readonly remote: number;
  /** A line that others only read: from the cache of the socket, from another socket. */
  readonly localShared: number;
  readonly remoteShared: number;
  readonly memory: number;
  /** Part of a read of such a line in which it serves nobody else. */
  readonly occupancy: number;
  /** cpu_relax, and one turn of cpu_delay. */
  readonly pause: number;
  readonly delayTurn: number;
  /** Putting a thread to sleep, the call that wakes one, and the time until the woken one runs. */
  readonly park: number;
  readonly wakeCall: number;
  readonly wake: number;
}

const SOSP =
  'David, Guerraoui, Trigonakis, Everything you always wanted to know about synchronization, SOSP 2013, table 2';
const ESTIMATED = 'occupancy, pause and the costs of sleeping are estimates';

export const machines: readonly Parameters[] = [
  {
    name: 'xeon',
    about: 'Intel Xeon of 2010 (Westmere-EX): up to 8 sockets, each with a shared cache that knows its owners',
    source: `${SOSP}; ${ESTIMATED}`,
    gigahertz: 2.13,
    hit: 5,
    locked: 20,
    local: 110,
    remote: 320,
    localShared: 44,
    remoteShared: 223,
    memory: 355,
    occupancy: 20,
    pause: 10,
    delayTurn: 1,
    park: 4_000,
    wakeCall: 4_000,
    wake: 20_000,
  },
  {
    name: 'opteron',
    about:
      'AMD Opteron of 2010 (Magny-Cours): up to 8 dies, a directory that is not exact, so that writes ask everybody',
    source: `${SOSP}; ${ESTIMATED}`,
    gigahertz: 2.1,
    hit: 3,
    locked: 20,
    local: 110,
    remote: 200,
    localShared: 83,
    remoteShared: 176,
    memory: 136,
    occupancy: 40,
    pause: 10,
    delayTurn: 1,
    park: 4_000,
    wakeCall: 4_000,
    wake: 20_000,
  },
  {
    name: 'host-js',
    about: 'a present-day x86 as JavaScript sees it: a locked operation is a call of a built-in',
    source: 'measured with tasklock bench locks and bench on two virtual cores, Node 20; in nanoseconds',
    gigahertz: 1,
    hit: 1,
    locked: 7,
    local: 25,
    remote: 120,
    localShared: 20,
    remoteShared: 100,
    memory: 80,
    occupancy: 5,
    pause: 8,
    delayTurn: 1,
    park: 3_000,
    wakeCall: 3_000,
    wake: 25_000,
  },
];

/** Round trip of a cache line, a plain access, a locked operation on an owned line: nanoseconds, as measured. */
export interface Probe {
  readonly pingPongNs: number;
  readonly plainNs: number;
  readonly lockedNs: number;
  readonly relaxNs: number;
}

/**
 * The machine that a run was measured on. In a round trip a line changes hands four times: each side first reads what the
 * other wrote, then takes the line to write.
 */
export function measuredMachine({ pingPongNs, plainNs, lockedNs, relaxNs }: Probe): Parameters {
  const transfer = pingPongNs / 4;
  return {
    name: 'measured',
    about: 'made from what was measured in the same run',
    source: 'the same run',
    gigahertz: 1,
    hit: plainNs,
    locked: Math.max(0, lockedNs - plainNs),
    local: transfer,
    remote: transfer,
    localShared: transfer,
    remoteShared: transfer,
    memory: transfer,
    occupancy: transfer,
    pause: relaxNs,
    delayTurn: 1,
    park: 3_000,
    wakeCall: 3_000,
    wake: 25_000,
  };
}

/** The same in whole picoseconds, so that sums are exact. */
export type Costs = Readonly<Record<CostName, number>>;
type CostName = Exclude<keyof Parameters, 'name' | 'about' | 'source' | 'gigahertz'>;

export function costsOf(parameters: Parameters): Costs {
  const picoseconds = (name: CostName): number => Math.round((parameters[name] * 1000) / parameters.gigahertz);
  return {
    hit: picoseconds('hit'),
    locked: picoseconds('locked'),
    local: picoseconds('local'),
    remote: picoseconds('remote'),
    localShared: picoseconds('localShared'),
    remoteShared: picoseconds('remoteShared'),
    memory: picoseconds('memory'),
    occupancy: picoseconds('occupancy'),
    pause: picoseconds('pause'),
    delayTurn: picoseconds('delayTurn'),
    park: picoseconds('park'),
    wakeCall: picoseconds('wakeCall'),
    wake: picoseconds('wake'),
  };
}
