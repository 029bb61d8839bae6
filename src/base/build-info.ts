/** Which build this is. */
import { existsSync, readFileSync } from 'node:fs';

export interface BuildInfo {
  /** Hash of all that decides how an execution goes, as compiled. */
  readonly buildId: string;
  readonly version: string;
}

const file = new URL('../../build-info.json', import.meta.url);

export const buildInfo: BuildInfo = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as BuildInfo)
  : { buildId: 'unbuilt', version: '0.0.0' };
