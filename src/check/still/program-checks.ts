/**
 * What a program itself demands: its expectations, and its `always` properties at one moment. The moment may lie in the
 * middle of a system call: what is half-way through a change under a lock, a path, is unknown then, as it is to every
 * reader in the kernel; single words are what they are.
 */
import type { ProgramImage } from '../../scenario/image.ts';
import type { NumberFunction, Property, TaskPart } from '../../scenario/property.ts';
import { explainProperty, type PropertyView, propertyHolds } from '../../scenario/property-view.ts';
import { printProperty } from '../../scenario/print-property.ts';
import { NAME_MAX, RODATA_PAGES, USER_PAGE_SIZE } from '../../machine/limits.ts';
import { EXIT_ZOMBIE, PF_EXITING, TASK_RUNNING } from '../../kernel/abi.ts';
import { dentry, fs_struct, kernel, signal_struct, task_struct, vfsmount } from '../../kernel/layout.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { type RamView, withinRam } from '../evidence/view.ts';
import { isRemoved } from './census.ts';

const partFields: Readonly<Record<TaskPart, number>> = {
  fs: task_struct.fs,
  files: task_struct.files,
  sighand: task_struct.sighand,
  signal: task_struct.signal,
  vm: task_struct.mm,
  namespace: task_struct.namespace,
  undo: task_struct.undo_list,
};

export type NamedWords = Pick<ProgramImage, 'sharedNames'>;
/** A program as far as its properties are concerned. */
export type Demands = Pick<ProgramImage, 'sharedNames' | 'always' | 'file'>;

/** The names of a program's properties, answered from RAM. Throws RangeError where a pointer leads out of it. */
export class ProgramView implements PropertyView {
  private readonly view: RamView;
  private readonly image: NamedWords;
  private byPid: ReadonlyMap<number, number> | undefined;

  constructor(view: RamView, image: NamedWords) {
    this.view = view;
    this.image = image;
  }

  private task(name: string): number | undefined {
    const pid = this.taskPid(name) ?? 0;
    if (pid === 0) return undefined;
    const { view } = this;
    this.byPid ??= new Map(view.tasks().map((task) => [view.word(task + task_struct.pid), task]));
    return this.byPid.get(pid);
  }

  sharedWord(name: string): number | undefined {
    const index = this.image.sharedNames.indexOf(name);
    if (index < 0) return undefined;
    const base = this.view.word(kernel.image) + this.view.word(kernel.image_bytes) + RODATA_PAGES * USER_PAGE_SIZE;
    return this.view.word(base + 4 * index);
  }

  taskPid(task: string): number | undefined {
    return this.sharedWord(task);
  }

  /** A task that has not begun to exit: from then on it lets go of its contexts one by one. */
  private live(name: string): number | undefined {
    const task = this.task(name);
    return task !== undefined && (this.view.word(task + task_struct.flags) & PF_EXITING) === 0 ? task : undefined;
  }

  shares(task: string, part: TaskPart, other: string): boolean | undefined {
    const [a, b] = [this.live(task), this.live(other)];
    if (a === undefined || b === undefined) return undefined;
    const ours = this.view.word(a + partFields[part]);
    return ours !== 0 && ours === this.view.word(b + partFields[part]);
  }

  askText(ask: 'getcwd' | 'state', name: string): string | undefined {
    if (ask === 'getcwd') {
      const asked = this.live(name);
      return asked === undefined ? undefined : this.workingDirectory(asked);
    }
    const task = this.task(name);
    if (task === undefined) return undefined;
    const exit = this.view.word(task + task_struct.exit_state);
    if (exit !== 0) return exit === EXIT_ZOMBIE ? 'zombie' : undefined;
    return this.view.word(task + task_struct.state) === TASK_RUNNING ? 'running' : 'sleeping';
  }

  askNumber(ask: NumberFunction, name: string): number | undefined {
    const task = this.live(name);
    if (task === undefined) return undefined;
    if (ask === 'getuid') return this.view.word(task + task_struct.uid);
    if (ask === 'getppid') return this.view.word(this.view.word(task + task_struct.real_parent) + task_struct.tgid);
    if (ask === 'umask') return this.view.word(this.view.word(task + task_struct.fs) + fs_struct.umask);
    const signal = this.view.word(task + task_struct.signal);
    if (signal === 0 || this.isChanging(kernel.tasklist_lock)) return undefined;
    return this.view.word(signal + (ask === 'getpgid' ? signal_struct.pgrp : signal_struct.session));
  }

  /** Held for writing: what it guards is half-way through a change. */
  private isChanging(lock: number): boolean {
    return this.view.word(lock) <= 0;
  }

  private workingDirectory(task: number): string | undefined {
    const { view } = this;
    const fs = view.word(task + task_struct.fs);
    if (fs === 0 || this.isChanging(fs + fs_struct.lock) || this.isChanging(kernel.vfsmount_lock)) return undefined;
    let [mnt, d] = [view.word(fs + fs_struct.pwdmnt), view.word(fs + fs_struct.pwd)];
    const names: string[] = [];
    if (isRemoved(view, d)) return undefined;
    while (d !== view.word(fs + fs_struct.root) || mnt !== view.word(fs + fs_struct.rootmnt)) {
      if (d === view.word(mnt + vfsmount.mnt_root)) {
        const parent = view.word(mnt + vfsmount.mnt_parent);
        if (parent === mnt) break;
        d = view.word(mnt + vfsmount.mnt_mountpoint);
        mnt = parent;
      } else {
        names.unshift(view.text(d + dentry.d_name, NAME_MAX));
        d = view.word(d + dentry.d_parent);
      }
    }
    return `/${names.join('/')}`;
  }
}

/** Properties that do not hold now. What leads out of RAM says nothing: a walk of it is half-way through a change. */
export function checkProperties(view: RamView, demands: Demands): Finding[] {
  return demands.always.flatMap((property) => checkProperty(view, demands, property));
}

/** One property; nothing when it holds. */
export function checkProperty(view: RamView, demands: Demands, property: Property): Finding[] {
  const answers = new ProgramView(view, demands);
  return withinRam(() => {
    if (propertyHolds(property, answers)) return [];
    const details = [`${demands.file}:${property.at.line}`, explainProperty(property.tree, answers)];
    return [finding('assert', `not always ${printProperty(property.tree)}`, demands.file, 0, ...details)];
  }, []);
}

/** The first expectation that failed, if any did. */
export function checkExpectations(view: RamView, image: ProgramImage): Finding[] {
  const failures = view.word(kernel.expect_failures);
  if (failures === 0) return [];
  const task = image.tasks[view.word(kernel.failed_task)]?.name ?? 'a task';
  const line = view.word(kernel.failed_line);
  const details = [
    `${image.file}:${line}: ${image.source.split('\n')[line - 1]?.trim() ?? ''}`,
    `got ${view.word(kernel.failed_got)}, compared with ${view.word(kernel.failed_wanted)}; ${failures} in all`,
  ];
  return [finding('assert', `expectation of line ${line} failed`, task, 0, ...details)];
}
