/**
 * The processes that run parts of a search, as the door sees them: begun with the first word for each, watched, ended. They
 * may read files and do nothing else, whatever the command says that asks for them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { confinedArguments } from './confined.ts';
import { deathText } from './defect.ts';
import { HANGS_WHY, Silence, said, whyEnded } from './door-child.ts';
import type { FromPartProcess, ToPartProcess } from './protocol.ts';
import type { PartWord } from './thread.ts';

const LOOK_MS = 100;
const PART = new URL('../../workers/part.js', import.meta.url);

interface Part {
  readonly child: ChildProcess;
  readonly silence: Silence;
}

export class PartDoor {
  readonly #most: number;
  readonly #tell: (part: number, word: PartWord) => void;
  readonly #parts = new Map<number, Part>();
  readonly #look: NodeJS.Timeout;

  /** For so many at most. `tell`: what one of them says, or that it is no more. */
  constructor(most: number, tell: (part: number, word: PartWord) => void) {
    this.#most = most;
    this.#tell = tell;
    this.#look = setInterval(() => this.#watch(), LOOK_MS);
    this.#look.unref();
  }

  say(part: number, text: string): void {
    if (!Number.isInteger(part) || part < 0 || part >= this.#most) return;
    const word: ToPartProcess = { text };
    const { child } = this.#parts.get(part) ?? this.#begin(part);
    child.send(word, () => undefined);
  }

  /** Nothing that it says is heard any more. */
  end(part: number): void {
    this.#parts.get(part)?.child.kill('SIGKILL');
    this.#parts.delete(part);
  }

  endAll(): void {
    clearInterval(this.#look);
    for (const part of this.#parts.keys()) this.end(part);
  }

  #begin(number: number): Part {
    const child = spawn(process.execPath, [...confinedArguments({ writes: [] }), fileURLToPath(PART)], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const part: Part = { child, silence: new Silence(child.pid) };
    this.#parts.set(number, part);
    const words = said(child);
    child.on('message', ({ text }: FromPartProcess) => {
      part.silence.isBroken();
      if (text !== undefined && this.#parts.get(number) === part) this.#tell(number, { text });
    });
    child.on('error', (error) => this.#lose(number, part, deathText(error)));
    child.on('exit', (code, signal) => this.#lose(number, part, whyEnded(code ?? signal, words())));
    return part;
  }

  #lose(number: number, part: Part, died: string): void {
    if (this.#parts.get(number) !== part) return;
    this.end(number);
    this.#tell(number, { died });
  }

  #watch(): void {
    for (const [number, part] of this.#parts) if (part.silence.isForEver) this.#lose(number, part, HANGS_WHY);
  }
}
