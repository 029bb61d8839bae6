import { join } from 'node:path';
import { buildInfo } from '../base/build-info.ts';
import { FileError } from '../base/whole-file.ts';
import { RamView } from '../check/evidence/view.ts';
import { kernel } from '../kernel/layout.ts';
import { machine } from '../machine/map.ts';
import { structInfo } from '../machine/struct.ts';
import { writeNewVmcore } from '../machine/vmcore.ts';
import type { StressOptions, StressResult } from './stress-result.ts';

/** Characters of a scenario in the name of a dump. */
const MOST_SLUG = 100;

/** A dump, when one is asked for. A disk that does not take it is no reason to lose the rest. */
export function writeDump(
  { dumpDirectory, scenario, seed, image }: StressOptions,
  memory: SharedArrayBuffer,
  reason: string,
): Pick<StressResult, 'dump' | 'dumpTrouble'> {
  if (dumpDirectory === undefined) return { dump: null, dumpTrouble: null };
  const slug = scenario.replaceAll(/[^\w.-]/g, '_').slice(-MOST_SLUG);
  const name = join(dumpDirectory, `tasklock-${slug}-${seed}`);
  const { fields, base } = structInfo(kernel);
  const symbols = Object.fromEntries(fields.map((field) => [field.field, base + field.offset]));
  const ramBytes = new RamView(memory).word(machine.ram_bytes);
  const header = { build: buildInfo.buildId, profile: image.profile, reason, ramBytes, symbols };
  try {
    return { dump: writeNewVmcore(name, header, memory), dumpTrouble: null };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { dump: null, dumpTrouble: error.message };
  }
}
