/** One waits under a mutex until the other has put something into a box. */
import { Condition, Mutex } from './mutex.ts';

const BOX = 2;

export const setup = (): Int32Array => new Int32Array(new SharedArrayBuffer(12));

function put(words: Int32Array): void {
  const mutex = new Mutex(words);
  mutex.lock();
  words[BOX] = 7;
  mutex.unlock();
  new Condition(words).notifyOne();
}

function take(words: Int32Array): void {
  const [mutex, condition] = [new Mutex(words), new Condition(words)];
  mutex.lock();
  while (words[BOX] === 0) condition.wait(mutex);
  words[BOX] += 1;
  mutex.unlock();
}

export const agents = [put, take];

export const finished = (words: Int32Array): boolean => words[BOX] === 8;
