/** Which kernel this is: the forms of unshare that it can be booted with. docs/profiles.md tells them apart. */
import { NR_unshare, NR_unshare_desai } from './syscall-numbers.ts';

/** The number in kernel.profile. */
export const PROFILE_DESAI_2005 = 1;
export const PROFILE_LINUX_2_6_16 = 2;
export const PROFILE_LINUX_6 = 3;

export interface Profile {
  readonly number: number;
  readonly about: string;
  /** Number of its system call; any other number of unshare is no call there. */
  readonly unshare: number;
  /** Where that is written. */
  readonly file: string;
}

export const profiles = {
  'desai-2005': {
    number: PROFILE_DESAI_2005,
    about: 'the patch as proposed in August 2005, number 300, faults included',
    unshare: NR_unshare_desai,
    file: 'unshare-desai-2005.ts',
  },
  'linux-2.6.16': {
    number: PROFILE_LINUX_2_6_16,
    about: 'as merged, number 310',
    unshare: NR_unshare,
    file: 'unshare-linux-2.6.16.ts',
  },
  'linux-6': {
    number: PROFILE_LINUX_6,
    about: 'the same flags by the rules of today',
    unshare: NR_unshare,
    file: 'unshare-linux-6.ts',
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as ProfileName[];
export const DEFAULT_PROFILE: ProfileName = 'linux-2.6.16';
