/**
 * spec: the calls held against what they promise, without a look at how the kernel keeps it.
 *
 *   unshare, and every call     promises.ts, at the moment it returns
 *   that fails
 *   clone, exit, wait, getppid  some order of the calls, each between its beginning and its end, must explain all answers:
 *                               family.ts is the sequential specification, linearize.ts the search. Histories with more
 *                               than MOST_OPERATIONS calls, or with calls that the specification does not know, are not
 *                               judged
 */
import { pt_regs, task_struct } from '../../../kernel/layout.ts';
import { NR_unshare, NR_unshare_desai, syscallNames } from '../../../kernel/syscall-numbers.ts';
import { finding } from '../../evidence/finding.ts';
import type { Observer, World } from '../../evidence/observer.ts';
import { type Contexts, readContexts } from './contexts.ts';
import type { Operation } from './family.ts';
import { History } from './history.ts';
import { linearize, MOST_OPERATIONS } from './linearize.ts';
import { MovedRoots } from './moved-roots.ts';
import { brokenByFailure, brokenPromise } from './promises.ts';
import { withinRam } from '../../evidence/view.ts';

/** An error of a call that is over: one that sleeps has not failed, and neither has one that begins again. */
const isFailure = (result: number): boolean => result < 0 && result > -512;

const isUnshare = (nr: number): boolean => nr === NR_unshare || nr === NR_unshare_desai;

export class Spec implements Observer {
  readonly name = 'spec';
  #world: World | undefined;
  readonly #history = new History();
  /** By CPU: what the caller of the call under way had when it began. */
  readonly #before = new Map<number, Contexts>();
  readonly #moved = new MovedRoots();

  begin(world: World): void {
    this.#world = world;
    this.#history.clear();
    this.#before.clear();
    this.#moved.clear();
  }

  keep(): () => void {
    const [world, before] = [this.#world as World, [...this.#before]];
    const parts = [this.#history.keep(), this.#moved.keep()];
    return () => {
      this.begin(world);
      for (const [cpu, contexts] of before) this.#before.set(cpu, contexts);
      for (const back of parts) back();
    };
  }

  onLock(cpu: number, lock: number, mode: number): void {
    if (this.#world !== undefined) this.#moved.lock(this.#world.view, cpu, lock, mode);
  }

  onUnlock(cpu: number, lock: number): void {
    if (this.#world !== undefined) this.#moved.unlock(this.#world.view, cpu, lock, this.#before);
  }

  onSyscallEnter(cpu: number, nr: number): void {
    this.#moved.enter(cpu, nr);
    const world = this.#world;
    const task = world?.task(cpu) ?? 0;
    if (world === undefined || task === 0) return;
    this.#history.enter(world.view, task, nr);
    // Where a pointer leads out of RAM there is nothing to compare: that is for others to tell.
    const contexts = withinRam(() => readContexts(world.view, task), undefined);
    if (contexts === undefined) this.#before.delete(cpu);
    else this.#before.set(cpu, contexts);
  }

  onSyscallLeave(cpu: number, nr: number, result: number): void {
    this.#moved.leave(cpu);
    const world = this.#world;
    const task = world?.task(cpu) ?? 0;
    if (world === undefined || task === 0) return;
    this.#history.leave(world.view, task, nr, result);
    withinRam(() => this.#judge(world, cpu, task, nr, result), undefined);
  }

  #judge(world: World, cpu: number, task: number, nr: number, result: number): void {
    this.#moved.settle(world.view, this.#before);
    const before = this.#before.get(cpu);
    if (before === undefined) return;
    if (!isUnshare(nr)) {
      if (isFailure(result)) this.#judgeFailure(world, task, nr, result, before);
      return;
    }
    const flags = world.view.word(task + task_struct.regs + pt_regs.ebx);
    const broken = brokenPromise(world.view, task, flags, result, before);
    if (broken !== undefined) world.report(finding('spec', broken.what, 'sys_unshare', task, ...broken.details));
  }

  #judgeFailure(world: World, task: number, nr: number, result: number, before: Contexts): void {
    const broken = brokenByFailure(world.view, task, nr, result, before);
    if (broken === undefined) return;
    world.report(finding('spec', broken.what, `sys_${syscallNames[nr] ?? nr}`, task, ...broken.details));
  }

  onQuiescent(): void {
    const operations = this.#history.complete();
    if (operations === undefined || operations.length > MOST_OPERATIONS) return;
    const { explained, stuck } = linearize(operations);
    if (explained) return;
    const where = [...new Set(stuck.map((one) => `sys_${one.call}`))].sort().join(' / ');
    const lines = operations.map(operationText);
    this.#world?.report(finding('spec', 'no order of the calls explains their answers', where, 0, ...lines));
  }
}

function operationText(operation: Operation): string {
  const { pid, call, begin, end, result } = operation;
  const what = call === 'wait' ? `wait(${operation.wanted})` : call;
  return `pid ${pid}: ${what} = ${result}, from moment ${begin} to ${end}`;
}
