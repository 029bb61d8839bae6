/** The agent that steps: set by the world around each step, read by what transformed code calls. */
import type { Agent } from './operation.ts';

export type { Agent, Deferred, Job, Pending } from './operation.ts';

export const running: { agent: Agent | undefined } = { agent: undefined };
