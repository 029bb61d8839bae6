/** Where the last path walk of a CPU ended: the kernel's scratch still says so when the call returns. */
import { cpu_data, cpuDataAddress, nameidata, task_struct } from '../../../kernel/layout.ts';
import * as nr from '../../../kernel/syscall-numbers.ts';
import type { RamView } from '../../evidence/view.ts';
import type { PolydirView } from '../../polydirs/polydirs.ts';
import type { Finding } from '../../evidence/finding.ts';

/** Calls that walk a path, link two; those that make or remove something stop at its directory. */
const WALKING: ReadonlySet<number> = new Set([
  nr.NR_access,
  nr.NR_stat,
  nr.NR_chdir,
  nr.NR_open,
  nr.NR_mkdir,
  nr.NR_rmdir,
  nr.NR_unlink,
  nr.NR_link,
  nr.NR_chmod,
  nr.NR_chown,
  nr.NR_chroot,
  nr.NR_setxattr,
  nr.NR_getxattr,
]);
/** A path of /proc is not walked, and leaves the walk of an earlier call where it is. */
const PROC = '/proc/';

/** What is wrong with where a call led that has just succeeded. */
export function walkBreaches(view: RamView, cpu: number, task: number, call: number, polydir: PolydirView): Finding[] {
  const data = cpuDataAddress(cpu);
  if (!WALKING.has(call) || view.text(data + cpu_data.path, PROC.length) === PROC) return [];
  const what = `what call ${nr.syscallNames[call]} of pid ${view.word(task + task_struct.pid)} reached`;
  const walks = call === nr.NR_link ? [cpu_data.nd, cpu_data.nd2] : [cpu_data.nd];
  return walks.flatMap((nd) => {
    const mnt = view.word(data + nd + nameidata.mnt);
    const at = view.word(data + nd + nameidata.dentry);
    return polydir.checkPlace(task, { mnt, dentry: at }, what);
  });
}
