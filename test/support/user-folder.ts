/** A folder of somebody who uses the package: TypeScript there sees what `npm install tasklock` would put there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const SETTINGS = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    rewriteRelativeImportExtensions: true,
    outDir: 'built',
    rootDir: '.',
  },
  include: ['*.ts'],
};

export class UserFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tasklock-user-'));

  constructor(files: Readonly<Record<string, string>>) {
    mkdirSync(join(this.path, 'node_modules/@types'), { recursive: true });
    symlinkSync(root, join(this.path, 'node_modules/tasklock'));
    symlinkSync(join(root, 'node_modules/@types/node'), join(this.path, 'node_modules/@types/node'));
    const all = {
      'package.json': '{ "name": "user", "private": true, "type": "module" }',
      'tsconfig.json': JSON.stringify(SETTINGS),
      ...files,
    };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(this.path, name), text);
  }

  /** Compiles all of it; what the compiler has to say. */
  compile(): string {
    const { stdout, stderr } = this.#node([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    return `${stdout}${stderr}`;
  }

  /** Runs one file, once compiled. */
  run(name: string) {
    return this.#node([join('built', name.replace(/\.ts$/, '.js'))]);
  }

  #node(args: readonly string[]) {
    return spawnSync(process.execPath, args, { cwd: this.path, encoding: 'utf8', timeout: 540_000 });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
