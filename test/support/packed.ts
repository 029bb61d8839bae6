/** A project of somebody who installed what npm would publish, beside the packages that it needs. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inRepository } from './cli-process.ts';

const packages = (): string[] => {
  const { dependencies } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8'));
  return [...Object.keys(dependencies), 'vitest', '@types/node'];
};

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** What a program prints. Throws when it fails. */
function run(name: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(name, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

export class PackedProject {
  readonly path = mkdtempSync(join(tmpdir(), 'tasklock-packed-'));

  constructor(files: Readonly<Record<string, string>>) {
    const modules = join(this.path, 'node_modules');
    for (const name of packages()) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(inRepository(`node_modules/${name}`), join(modules, name));
    }
    this.#unpack(join(modules, 'tasklock'));
    for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files }))
      this.write(name, text);
  }

  #unpack(to: string): void {
    mkdirSync(to);
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', this.path];
    const archive = run('npm', args, inRepository('.')).trim();
    run('tar', ['-xzf', join(this.path, archive), '--strip-components=1'], to);
    rmSync(join(this.path, archive));
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Runs a file of node's in it. */
  node(args: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { cwd: this.path, timeout: 540_000 });
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      child.stderr.on('data', (text: Buffer) => (said += text.toString()));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, said }));
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
