/** A process that runs parts of a search, one after the other (part-processes.ts). */
import { exploreSubject } from '../explore/search/explore.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import type { Subject } from '../explore/subject/subject.ts';
import { subjectOf } from '../explore/subject/targets.ts';
import { isUnfit } from '../javascript/error.ts';
import { asText, type FromPart, fromText, type ToPart } from './part-words.ts';
import type { FromPartProcess, ToPartProcess } from './protocol.ts';

const BEAT_MS = 100;

export class PartProcess {
  // Taken now: what is run later may not speak for us.
  readonly #send = process.send?.bind(process);
  readonly #exit = process.exit.bind(process);
  #subject: { readonly key: string; readonly made: Subject } | undefined;
  #stopped = false;
  #beatAt = 0;
  #lent: ((count: number) => void) | undefined;

  listen(): void {
    process.on('message', ({ text }: ToPartProcess) => this.#hear(fromText<ToPart>(text)));
    process.on('disconnect', () => this.#exit(0));
    // The door hears signals; a terminal sends them to all.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
    process.env = {};
    setInterval(() => this.#beat(), BEAT_MS).unref();
  }

  #post(message: FromPartProcess): void {
    this.#send?.(message);
  }

  #say(word: FromPart): void {
    this.#post({ text: asText(word) });
  }

  #beat(): void {
    const now = performance.now();
    if (now - this.#beatAt < BEAT_MS) return;
    this.#beatAt = now;
    this.#post({});
  }

  #hear(word: ToPart): void {
    if (word.kind === 'stop') {
      this.#stopped = true;
      this.#lent?.(0);
    } else if (word.kind === 'lend') this.#lent?.(word.count);
    else {
      this.#stopped = false;
      void this.#run(word.options, word.lent);
    }
  }

  async #run(options: ExploreOptions, lent: number | undefined): Promise<void> {
    try {
      const subject = await this.#subjectOf(options);
      const left = lent === undefined ? undefined : new Int32Array(1).fill(lent);
      const stopped = (): boolean => {
        this.#beat();
        return this.#stopped;
      };
      const result = await exploreSubject(subject, options, {
        stopped,
        left,
        more: left && (async () => await this.#more(left)),
        onBug: (bug) => this.#say({ kind: 'bug', bug }),
      });
      this.#say({ kind: 'result', result, unused: left?.[0] ?? 0 });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      this.#say({ kind: 'failed', name, message, isUnfit: isUnfit(error) });
    }
  }

  /** Asks for more executions, and waits for them. */
  async #more(left: Int32Array): Promise<void> {
    if (this.#stopped) return;
    this.#say({ kind: 'ask' });
    left[0] = await new Promise<number>((resolve) => (this.#lent = resolve));
    this.#lent = undefined;
  }

  async #subjectOf({ target, engine }: ExploreOptions): Promise<Subject> {
    const key = JSON.stringify(target);
    if (this.#subject?.key !== key) this.#subject = { key, made: await subjectOf(target, engine) };
    return this.#subject.made;
  }
}
