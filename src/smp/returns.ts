/** What one CPU looks at when it returns from a system call: the `always` properties of the program. */
import type { Finding } from '../check/evidence/finding.ts';
import type { Demands } from '../check/still/program-checks.ts';
import { PropertyGlance } from '../check/still/property-glance.ts';
import { load, store, wake_waiters } from '../machine/bus.ts';
import { machine } from '../machine/map.ts';
import type { Looks } from './cpu-job.ts';
import type { ReturnListener } from '../machine/trace.ts';

/** Times that a CPU makes all of them stand still for nothing, before it gives up asking: each costs some 20 ms. */
const MOST_ASKED = 50;

export class Returns implements Looks, ReturnListener {
  looks = 0;
  asked = 0;
  broken: readonly Finding[] = [];
  private readonly glance: PropertyGlance;

  constructor(memory: SharedArrayBuffer, demands: Demands) {
    this.glance = new PropertyGlance(memory, demands);
  }

  /** Stops the machine when a property is broken for certain; asks the console for a pause when one may be. */
  returned(): void {
    if (this.broken.length > 0) return;
    this.looks++;
    const { broken, doubt } = this.glance.look();
    if (broken.length > 0) {
      this.broken = broken;
      store(machine.stop, 1);
      wake_waiters(machine.stop);
    } else if (doubt && this.asked < MOST_ASKED && load(machine.freeze) === 0) {
      this.asked++;
      store(machine.freeze, 1);
    }
  }
}
