/** Places that refuse what is written there. A test that needs a mount is left out, and says so, where none is allowed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

export class ScarceDisk {
  readonly directory = mkdtempSync(join(tmpdir(), 'tasklock-disk-'));
  readonly #mounted: string[] = [];

  /** Whether this machine lets us mount. */
  readonly mounts: boolean;

  constructor() {
    const probe = this.#mount('probe', '-t', 'tmpfs', '-o', 'size=64k', 'none');
    this.mounts = probe !== undefined;
  }

  #mount(name: string, ...args: string[]): string | undefined {
    const path = join(this.directory, name);
    mkdirSync(path);
    if (!run('mount', ...args, path)) return undefined;
    this.#mounted.push(path);
    return path;
  }

  /** A disk on which no byte is left. */
  full(name: string): string {
    const path = this.#mount(name, '-t', 'tmpfs', '-o', 'size=64k', 'none') ?? '';
    try {
      writeFileSync(join(path, 'filler'), Buffer.alloc(1 << 20));
    } catch {
      // That it does not fit is the point.
    }
    return path;
  }

  readOnly(name: string): string {
    return this.#mount(name, '-t', 'tmpfs', '-o', 'ro', 'none') ?? '';
  }

  end(): void {
    for (const path of this.#mounted) run('umount', path);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
