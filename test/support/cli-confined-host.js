/** The process behind cli-confined.ts: begun as the door begins one, it performs one command line after the other. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../dist/bundle/', import.meta.url));
const { CachedScripts } = createRequire(import.meta.url)(`${folder}cached-scripts.js`);
const scripts = new CachedScripts(folder);
const { done, goThroughDoor } = scripts.load('thread.js');
goThroughDoor();
process.channel.ref();
process.on('disconnect', () => process.exit());
const { perform } = scripts.load('program.js');
process.on('message', async ({ args, cwd }) => {
  process.chdir(cwd);
  process.argv.splice(2, process.argv.length, ...args);
  const { code, trouble } = await perform();
  done(code, trouble, code === 70);
});
