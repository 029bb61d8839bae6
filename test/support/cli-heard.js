/** What a command says through its door (src/cli/door.ts), as stdout, stderr and an exit code: of hosts of many commands. */
import { rmSync } from 'node:fs';
import { visible } from '../../dist/src/base/visible.js';

export class Heard {
  #passing = new Set();
  #stdout = '';
  #stderr = '';
  #kept = '';

  /** Takes a word of it; how it ended, once that is said. */
  hear(message) {
    if (message.kind === 'print') [this.#stdout, this.#kept] = [this.#stdout + message.text, ''];
    else if (message.kind === 'tell') this.#stderr += message.text;
    else if (message.kind === 'keep') this.#kept = message.kept.text;
    else if (message.kind === 'passing') this.#passing[message.there ? 'add' : 'delete'](message.path);
    else if (message.kind === 'done') {
      if (message.lost) this.#stdout += this.#kept;
      if (message.trouble !== undefined) this.#stderr += `tasklock: ${visible(message.trouble)}\n`;
      return this.end(message.code);
    }
    return undefined;
  }

  /** What does not go through the door is seen all the same. */
  see(stream, text) {
    if (stream === 'stdout') this.#stdout += text;
    else this.#stderr += text;
  }

  /** It ended; the next begins. */
  end(code) {
    for (const path of this.#passing) rmSync(path, { recursive: true, force: true });
    this.#passing.clear();
    const finished = { code, stdout: this.#stdout, stderr: this.#stderr };
    [this.#stdout, this.#stderr, this.#kept] = ['', '', ''];
    return finished;
  }
}
