/** The threads of one attempt, and what they are to do. */
import type { AgentThread } from './agent-thread.ts';
import type { Script } from './script.ts';
import type { Turn } from './turns.ts';

export interface Cast {
  /** Of a data race without what follows the first of its sides, and without the second. */
  readonly script: Script;
  /** The sides of a data race. */
  readonly sides: readonly Turn[];
  readonly agents: readonly AgentThread[];
  /** The thread of setup() and finished(). */
  readonly root: AgentThread;
  /** For so many milliseconds a sign is waited for. */
  readonly patience: number;
}

export const nameOf = ({ script }: Cast, agent: number): string => script.names[agent] ?? '?';
