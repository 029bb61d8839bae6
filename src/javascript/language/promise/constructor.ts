/** `Promise` of agents, whole: with its functions. */
import './combinators.ts';
import './methods.ts';

export { AgentPromise, newCapability, newPromise, resolved } from './making.ts';
