/** Which machine this is, how quiet it is, and how near its cores are to each other at this moment. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { phaseOf } from '../src/lab/real/phase.ts';
import { pingPong } from '../src/lab/real/ping-pong.ts';

/** The lines every run of the bench begins with. */
export async function machineLines(): Promise<string[]> {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  const lines = [`${cpus()[0]?.model ?? 'unknown CPU'}, ${cores} cores, Node ${process.versions.node}`];
  if (load > cores - 1)
    lines.push(`noisy: the load is ${load.toFixed(1)} on ${cores} cores, only ratios mean something`);
  if (cores < 2) return [...lines, 'one core: figures for two CPUs are those of taking turns'];
  const trip = await pingPong();
  const phase = phaseOf(trip);
  return [...lines, `a cache line goes to the other core and back in ${trip.toFixed(0)} ns: ${phase}`];
}
