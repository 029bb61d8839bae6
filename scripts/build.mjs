/**
 * npm run build: TypeScript to dist, then the kernel pass.
 *
 *   tsc          into a directory beside dist, so that a build that fails leaves the last good one alone
 *   kernel       src/stepper/kernel/kernel.ts: check (`--check` ends here), numbers for names, sites.json, the stepped twin
 *   facts        dist/build-info.json
 *   texts        dist/text: sources of lock algorithms
 *   bundle       dist/bundle: the command as few files (bundle.mjs), and what V8 makes of them (code-cache.mjs)
 *   swap         the new directory becomes dist
 *
 * Exit code 1 when the sources are at fault, with one line per fault.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'dist');
/** Beside dist, not inside: the source maps name sources by relative path. */
const next = join(root, `dist-${process.pid}`);
/** Folders whose modules decide how an execution goes: their text is the build's identity. */
const IDENTITY = [
  'base',
  'machine',
  'kernel',
  'stepped',
  'stepper',
  'scenario',
  'check',
  'boot',
  'smp',
  'explore',
  'javascript',
].map((name) => `src/${name}`);
/** What is done to the kernel, itself part of the build. */
const KERNEL_PASS = 'src/stepper/kernel/kernel.js';

class Refused extends Error {}

/** Compiles everything. With `tolerant` the types may be wrong, as long as there is a stepper to check with. */
function compile(tolerant) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', next], { cwd: root });
  if (status !== 0 && !(tolerant && existsSync(join(next, KERNEL_PASS))))
    throw new Refused(`${stdout}${stderr}`.trim());
}

/** Writes build-info.json; the build's id and version. */
function writeFacts() {
  const hash = createHash('sha256');
  for (const folder of IDENTITY) {
    const names = readdirSync(join(next, folder), { recursive: true }).filter((name) => name.endsWith('.js'));
    for (const name of names.sort()) {
      hash.update(`${folder}/${name}\n`).update(readFileSync(join(next, folder, name)));
    }
  }
  const buildId = hash.digest('hex').slice(0, 16);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(next, 'build-info.json'), `${JSON.stringify({ buildId, version }, null, 1)}\n`);
  return { buildId, version };
}

/** Sources that are also read as text: lock algorithms and what is run on them, to be compiled as modules. */
const TEXTS = ['machine/locks', 'lab/workloads'];

function copyTexts() {
  for (const folder of TEXTS) cpSync(join(root, 'src', folder), join(next, 'text', folder), { recursive: true });
}

/** What V8 makes of the bundle's scripts. */
function keepCode() {
  const script = join(root, 'scripts/code-cache.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, join(next, 'bundle')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** Makes the new directory dist. Another build may do the same at this moment: the last one stays. */
function swap() {
  const old = `${next}-old`;
  for (let attempt = 0; ; attempt++) {
    try {
      if (existsSync(target)) renameSync(target, old);
      renameSync(next, target);
      break;
    } catch (error) {
      if (attempt === 9) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

async function build(checkOnly) {
  mkdirSync(next);
  compile(checkOnly);
  const { checkKernel, buildKernel } = await import(pathToFileURL(join(next, KERNEL_PASS)).href);
  const { files, faults } = checkKernel(root);
  if (faults.length > 0) throw new Refused(faults.join('\n'));
  if (checkOnly) return `${files} kernel files keep to the subset that can be stepped (docs/develop.md)`;
  const { functions, points } = await buildKernel(root, next);
  const { buildId, version } = writeFacts();
  copyTexts();
  await bundle(next);
  keepCode();
  chmodSync(join(next, 'bundle/main.js'), 0o755);
  swap();
  return [
    `built tasklock ${version}, build ${buildId}: node ${relative(process.cwd(), join(target, 'bundle/main.js'))}`,
    `its kernel has ${functions} functions, and ${points} places where explore can let another CPU go on`,
  ].join('\n');
}

// Ended in the middle, as npm run dev does when a file changes once more.
process.once('SIGTERM', () => {
  rmSync(next, { recursive: true, force: true });
  process.exit(143);
});

try {
  console.log(await build(process.argv.includes('--check')));
} catch (error) {
  if (!(error instanceof Refused) && error?.name !== 'SourceError') throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(next, { recursive: true, force: true });
}
