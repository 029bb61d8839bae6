/**
 * Transfers between accounts that lock the giver first: two that go opposite ways wait for each other. Verdict:
 * "deadlock: no CPU can go on in transfer". With `--set ORDERED=1` the account with the lower address is locked first,
 * and it passes.
 */
import { arch_spin_lock, arch_spin_unlock, load, store } from 'tasklock/bus';

const ORDERED = 0;

/** An account: its lock and its money. */
const ALICE = 0x1000;
const BOB = 0x1010;
const LOCK = 0;
const MONEY = 4;

export function setup(): void {
  store(ALICE + LOCK, 1);
  store(ALICE + MONEY, 100);
  store(BOB + LOCK, 1);
  store(BOB + MONEY, 100);
}

function transfer(from: number, to: number, amount: number): void {
  const swap = ORDERED && to < from;
  arch_spin_lock((swap ? to : from) + LOCK);
  arch_spin_lock((swap ? from : to) + LOCK);
  store(from + MONEY, load(from + MONEY) - amount);
  store(to + MONEY, load(to + MONEY) + amount);
  arch_spin_unlock(from + LOCK);
  arch_spin_unlock(to + LOCK);
}

function payBob(): void {
  transfer(ALICE, BOB, 30);
}

function payAlice(): void {
  transfer(BOB, ALICE, 20);
}

export const cpus = [payBob, payAlice];

export function finished(): boolean {
  return load(ALICE + MONEY) === 90 && load(BOB + MONEY) === 110;
}
