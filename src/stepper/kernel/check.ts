import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KERNEL_FOLDER } from '../../base/file-roles.ts';
import { checkSubset, formatViolation } from '../subset/subset.ts';

/** Every kernel source against the subset: how many there are, and a line for each fault. */
export function checkKernel(root: string): { readonly files: number; readonly faults: readonly string[] } {
  const names = readdirSync(join(root, KERNEL_FOLDER)).filter((name) => name.endsWith('.ts'));
  const faults = names.sort().flatMap((name) => {
    const file = `${KERNEL_FOLDER}/${name}`;
    return checkSubset(file, readFileSync(join(root, file), 'utf8')).map(formatViolation);
  });
  return { files: names.length, faults };
}
