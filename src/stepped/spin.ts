/**
 * Spinning, seen from outside. A CPU that comes round a loop to the very state it was in, and has changed nothing in sum,
 * will do the same again as long as the words it read hold what they held; so it waits until one of them changes. A
 * search then never explores spinning, whatever the loop looks like, and a module needs no special form to wait.
 *
 * Two kinds of turns. One that only reads cannot be told from standing still. One that takes a lock, looks, and gives it
 * back (or raises a flag and takes it down) shows others what lies in between. Why nothing is lost all the same:
 *
 *   A turn is *useless* when it ends in the CPU's state at its beginning, every word it changed holds again what it held,
 *   and no other CPU came to such a word while it was away from that (`meet` in notes.ts). All its accesses then commute
 *   with those of others around them: leave it out, and everything else happens as it did, down to the same states.
 *   Take any execution of the machine without waiting, and leave out every useless turn that is complete. What is left
 *   ends in the same state, with the same bug, and no CPU ever waits in it. So it is an execution of the machine with
 *   waiting as well: every state and every bug is reached. A later turn in which others see the lock held comes up as
 *   the first turn of an execution that has put it off; a turn that was seen is no useless one, and its CPU goes on.
 *
 * Whether a turn was seen follows from the order of accesses to one word alone, so it is the same in all executions that
 * a partial-order reduction takes for one.
 *
 * Waking then matters only to what is said at the end, and to random walks. A waiting CPU goes on when a word that it
 * only read has changed: the words it changed itself do not wake it, or two that poll under one lock would wake each
 * other for ever. When no CPU can go on, that may be for want of what one such turn would show: a lock given back for a
 * moment. So each that waits gets one turn more then (Late in late.ts), and if that moves nobody, it is the end.
 *
 * What is left as it is, and meets the step bound: two CPUs that see each other's turns for ever, as with a lock that both
 * only try to take.
 *
 * Arrivals are at the heads of loops and, in loops, in front of locks: a turn counts from any place to itself, and one
 * that begins with a lock held is seen by whoever takes it in the middle, where the same turn from lock to lock is not.
 *
 * Nested loops have no arrival in common, so the mark is moved as in Brent's cycle finding (1980): after 1, 2, 4, ...
 * arrivals. A cycle of n arrivals is then found within 3n. The fingerprint has 32 bits; frames that differ and meet
 * (one in four thousand million a comparison) would let a CPU wait that could have gone on.
 */
import type { Notes } from './notes.ts';

/**
 * The CPU is at `place`, the head of a loop or in front of a lock in one, and its frames have this fingerprint: true when
 * it waits there. Called between two accesses. What RAM holds now does not matter: a turn that read what has changed since
 * waits as well, and can go on at once. Else an access of another CPU would decide what this one does without their having
 * come to one word, and a reduction would take them for independent.
 */
export function arrives(notes: Notes, fingerprint: number, place: number): boolean {
  const mark = fingerprint || 1;
  if (notes.moved) {
    notes.begin(mark, place, 1);
    return false;
  }
  const { open } = notes;
  if (open === 0 && mark === notes.mark) {
    // When it goes on, something has changed: the next arrival starts afresh.
    notes.wait();
    return true;
  }
  // Something is changed: at work. Unless this is an inner loop, with a lock taken that may be given back yet.
  if (open > 0 && (place === notes.place || notes.loose)) notes.begin(mark, place, 1);
  else if (notes.arrive() >= notes.power) notes.begin(mark, place, 2 * notes.power);
  return false;
}
