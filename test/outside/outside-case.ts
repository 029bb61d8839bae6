/** A case of somebody else's test suite as a program: what it asserts, and the profiles for which that holds. */
import type { ProfileName } from '../../dist/src/kernel/profiles.js';

export interface OutsideCase {
  /** The test's name in its suite. */
  readonly name: string;
  readonly asserts: string;
  /** Profiles for which it does not hold, and why; the program must fail there. */
  readonly fails?: Partial<Readonly<Record<ProfileName, string>>>;
  /** Program text without its profile line; what is asserted is said by `expect`. */
  readonly body: string;
}
