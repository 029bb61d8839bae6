/** Programs of a corpus file: each begins with a line `--- name`. */
import { readFileSync } from 'node:fs';

export function programsOf(file: URL): [string, string][] {
  return readFileSync(file, 'utf8')
    .split(/^--- /m)
    .slice(1)
    .map((one) => {
      const end = one.indexOf('\n');
      return [one.slice(0, end), one.slice(end + 1)];
    });
}
