/**
 * Fingerprint of a world of agents. What an agent is follows from its operations and what they came to, since all else is
 * its own: so of each agent these are hashed, and of the world the agents and what their memory holds. Executions that
 * differ in the order of independent operations only have the same.
 */
import type { Operation } from '../../javascript/operation.ts';
import { sites } from '../../javascript/sites.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';
import { memories } from '../../javascript/scheduled.ts';
import type { StateHash } from '../../stepped/state.ts';

const BASIS = [0x811c9dc5, 0x2f0b4f27] as const;
const FACTORS = [0x01000193, 0x5bd1e995] as const;

const mixed = (hash: number, word: number, factor: number): number => {
  const h = Math.imul(hash ^ word, factor);
  return h ^ (h >>> 15);
};

const halves = new DataView(new ArrayBuffer(8));

/** A word that tells results apart as far as they are primitive; of all else its type. */
function wordOf(result: unknown): number {
  switch (typeof result) {
    case 'number':
      if ((result | 0) === result) return result;
      halves.setFloat64(0, result);
      return halves.getInt32(0) ^ halves.getInt32(4);
    case 'bigint':
      return Number(BigInt.asIntN(32, result)) ^ Number(BigInt.asIntN(32, result >> 32n));
    case 'boolean':
      return result ? 1 : 2;
    case 'string': {
      let hash = result.length;
      for (let i = 0; i < result.length; i++) hash = mixed(hash, result.charCodeAt(i), FACTORS[0]);
      return hash;
    }
    default:
      return result === undefined ? 3 : 4;
  }
}

export class AgentHash {
  readonly #high: number[] = [];
  readonly #low: number[] = [];

  begin(): void {
    this.#high.length = 0;
    this.#low.length = 0;
  }

  /** An agent has performed an operation. */
  add(agent: number, { site }: Operation, result: unknown): void {
    const [word, mark] = [wordOf(result), sites.mark(site)];
    this.#high[agent] = mixed(mixed(this.#high[agent] ?? BASIS[0], mark, FACTORS[0]), word, FACTORS[0]);
    this.#low[agent] = mixed(mixed(this.#low[agent] ?? BASIS[1], mark, FACTORS[1]), word, FACTORS[1]);
  }

  of(agents: readonly WorldAgent[]): StateHash {
    let [high, low]: [number, number] = [...BASIS];
    const add = (word: number): void => {
      high = mixed(high, word, FACTORS[0]);
      low = mixed(low, word, FACTORS[1]);
    };
    for (const { id, operation, cutOff } of agents) {
      // Of one that somebody has ended only that is there still which others have of it.
      if (cutOff !== undefined) continue;
      add(this.#high[id] ?? 0);
      add(this.#low[id] ?? 0);
      add(operation === undefined ? 0 : 1 + sites.mark(operation.site));
    }
    for (const { id, bytes } of memories()) {
      add(id);
      for (let i = 0; i < bytes.length; i++) add(bytes[i] as number);
    }
    return { high: high >>> 0, low: low >>> 0 };
  }
}
