/** What a program itself demands: its expectations, and its `always` properties at a moment when all stands still. */
import type { ProgramImage } from '../scenario/image.ts';
import type { TaskPart } from '../scenario/property.ts';
import { explainProperty, type PropertyView, propertyHolds } from '../scenario/property-view.ts';
import { printProperty } from '../scenario/print-property.ts';
import { NAME_MAX, RODATA_PAGES, USER_PAGE_SIZE } from '../machine/limits.ts';
import { EXIT_ZOMBIE, TASK_RUNNING } from '../kernel/abi.ts';
import { dentry, fs_struct, kernel, task_struct, vfsmount } from '../kernel/layout.ts';
import { type Finding, finding } from './finding.ts';
import type { RamView } from './view.ts';

const partFields: Readonly<Record<TaskPart, number>> = {
  fs: task_struct.fs,
  files: task_struct.files,
  sighand: task_struct.sighand,
  signal: task_struct.signal,
  vm: task_struct.mm,
  namespace: task_struct.namespace,
  undo: task_struct.undo_list,
};

/** The names of a program's properties, answered from RAM. */
export class ProgramView implements PropertyView {
  private readonly view: RamView;
  private readonly image: ProgramImage;
  private readonly byPid: Map<number, number>;

  constructor(view: RamView, image: ProgramImage) {
    this.view = view;
    this.image = image;
    this.byPid = new Map(view.tasks().map((task) => [view.word(task + task_struct.pid), task]));
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

  private live(name: string): number | undefined {
    const task = this.byPid.get(this.taskPid(name) ?? 0);
    return task !== undefined && this.view.word(task + task_struct.exit_state) === 0 ? task : undefined;
  }

  shares(task: string, part: TaskPart, other: string): boolean | undefined {
    const [a, b] = [this.live(task), this.live(other)];
    if (a === undefined || b === undefined) return undefined;
    return this.view.word(a + partFields[part]) === this.view.word(b + partFields[part]);
  }

  askText(ask: 'getcwd' | 'state', name: string): string | undefined {
    const task = this.byPid.get(this.taskPid(name) ?? 0);
    if (task === undefined) return undefined;
    if (ask === 'getcwd') return this.workingDirectory(task);
    if (this.view.word(task + task_struct.exit_state) === EXIT_ZOMBIE) return 'zombie';
    return this.view.word(task + task_struct.state) === TASK_RUNNING ? 'running' : 'sleeping';
  }

  askNumber(ask: 'getuid' | 'getppid' | 'umask', name: string): number | undefined {
    const task = this.live(name);
    if (task === undefined) return undefined;
    if (ask === 'getuid') return this.view.word(task + task_struct.uid);
    if (ask === 'getppid') return this.view.word(this.view.word(task + task_struct.real_parent) + task_struct.tgid);
    return this.view.word(this.view.word(task + task_struct.fs) + fs_struct.umask);
  }

  private workingDirectory(task: number): string | undefined {
    const { view } = this;
    const fs = view.word(task + task_struct.fs);
    if (fs === 0) return undefined;
    let [mnt, d] = [view.word(fs + fs_struct.pwdmnt), view.word(fs + fs_struct.pwd)];
    const names: string[] = [];
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

/** Properties that do not hold now. */
export function checkProperties(view: RamView, image: ProgramImage): Finding[] {
  if (image.always.length === 0) return [];
  const answers = new ProgramView(view, image);
  return image.always
    .filter((property) => !propertyHolds(property, answers))
    .map((property) => {
      const text = printProperty(property.tree);
      const details = [`${image.file}:${property.at.line}`, explainProperty(property.tree, answers)];
      return finding('assert', `not always ${text}`, image.file, 0, ...details);
    });
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
