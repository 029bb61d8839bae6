import type { ProfileName } from '../../kernel/profiles.ts';

/** What a search of a scenario comes to. */
export interface Expected {
  /** Part of the title of each bug that must be among those found; none means that none may be. */
  readonly bugs?: readonly string[];
  /** Known findings that show (check/evidence/known-findings.ts); others may not. */
  readonly known?: readonly string[];
}

export interface SmallScenario {
  readonly name: string;
  /** What meets what. */
  readonly about: string;
  /** By profile; what is not named is clean. */
  readonly expected?: Partial<Readonly<Record<ProfileName, Expected>>>;
  /** Program text without its profile line. */
  readonly body: string;
}
