/** The same with a condition that looks at its sequence after it has given the mutex back: a notify in between is lost. */
import { Condition, Mutex } from './mutex.ts';

class Late extends Condition {
  override wait(mutex: Mutex): void {
    mutex.unlock();
    Atomics.wait(this.sequence, this.at, Atomics.load(this.sequence, this.at));
    mutex.lock();
  }
}

const BOX = 2;

export const setup = (): Int32Array => new Int32Array(new SharedArrayBuffer(12));

export const agents = [
  function put(words: Int32Array): void {
    const mutex = new Mutex(words);
    mutex.lock();
    words[BOX] = 7;
    mutex.unlock();
    new Late(words).notifyOne();
  },
  function take(words: Int32Array): void {
    const [mutex, condition] = [new Mutex(words), new Late(words)];
    mutex.lock();
    while (words[BOX] === 0) condition.wait(mutex);
    mutex.unlock();
  },
];
