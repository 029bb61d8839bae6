/**
 * Recordings of every format, replayed for ever. A change of the kernel changes what becomes of the scenario's: it is then
 * taken anew, in the same format.
 */
export interface Recorded {
  readonly format: number;
  readonly what: string;
  readonly title: string;
  readonly steps: number;
  readonly finalHash: string;
  readonly token: string;
}

export const recorded: readonly Recorded[] = [
  {
    format: 1,
    what: 'a scenario',
    title: 'use-after-free: reference taken on a freed object in sys_unshare_desai_2005',
    steps: 5300,
    finalHash: '141306d7bddc3b10',
    token: `
    TL1.iVRMUg0KGgoByQAAAAE7wUIgIRibWBonJ5obm1gYmyYmm5kRmTByc3ULUlOLdEGRVIyZQDCKY1jyyC_PSy1CL3FzU3OjDWIVbBUM0ZNNmC84
    2YCsgta0iJoJudKCm2CEmo4gSTIVXgGA1Bki2YQo61GSFcL5NEpU6GVCUWpaalFqXnKqQklidmoeqFpJRC10UUvaeLAL46EuJFScmBobGKAmUUMT
    Q2MDsxTzpJSUZOMkQwPUJIslIRnUMuwW38J7jukzIwCSYvS3`,
  },
  {
    format: 1,
    what: 'a module',
    title: 'assert: the end is not as it should be in finished',
    steps: 4,
    finalHash: '851a19f5b8932cec',
    token: `
    TL1.iVRMUg0KGgoB0gAAAAG7z0IgIZgnJaUYmhubG6QkWaSZGKdgTRjoWQvs_NQibDmsGrndQ6BJ4-wf6heiYKtgUAEqfq2RmhOJKSmpRRoozQ
    ewgRpgLZC2FYStqaCtYKhpHZNXi6NRBDZKB2JirDXRLRvU9grUKltbWwUjiF1kliTY0qKJmYWlkampiQmWbI4nQZZkpILrmkxIVZpYrJAJqknz
    S3NSFJLA5T7Ma3iSrglq0rUwNUw0tEwzTbKwNDZKBictpKSMLYExMDAyAABYOihp`,
  },
  {
    format: 2,
    what: 'a module with an import',
    title: 'assert: the end is not as it should be in finished',
    steps: 4,
    finalHash: '851a19f5b8932cec',
    token: `
    TL2.iVRMUg0KGgoCAwEAAAHbz0ogIZgnJaUYmhubG6QkWaSZGKdgTRjoWSsxJSW1CFv-qkZu9eBs0MAVO_uH-oXAlenpl-cXpRTrlYAVITUuwN
    ZpoDQmIA2f4tTUPAVbSJMCbJamNUgSbDtEQAeiRlvBECRVCzIWa9MJbIUOxKZYayRlhFpAqO0aiCMUbG1tFYwg9qGVODrQkAJxlGDeVbJSQnEU
    JFhsFQwqQNWSNSjRE1tSYUvrJmYWlkbGhobmWIoRPAm-JCMVXJdlQqrqxGKFTFBNnV-ak6KQBK5XYEGCJ2uYoGYNC1PDREPLNNMkC0tjo2Rw0k
    XKKtgSMAMDIwMAzMyquw`,
  },
  {
    format: 3,
    what: 'a module that chooses',
    title: 'assert: no buffer behind an open file in reader',
    steps: 7,
    finalHash: '7b5c045156ac8263',
    token: `
    TL3.iVRMUg0KGgoDLgEAAAGdVsGKwjAQrQjePXobTzaYQ1ubZMXVg1iPugh7Ww9tTdfC0kJFEMTf8TslnbYQicp6ncnMvAzzZt6182IQIuHznf
    BdwbxYjhk3DsY9tZIw_UuzXxPDzpWaoRDv8_wgNR30UOLUImf-vVwGG5iCc1IbuRE_669gFSxqu19GNNpDXUZZ2JrYKMvZmI6CQybKiLlkUeRq
    -BCfzdCXJmCj5xM8ch9_Ut3Eh-hBQBRcoxGGdfYRUQ8uGl48STpeVb5URpiDwAwcUrUSHYiFQF_dcAqDLIfomCSygEju02wHIXaiXJiDpqpRKG
    LHaIVkO_nJ3lyMJmrxf1Pr6VfwCIZIkUcMFDoDRcRix2cu42H84fGRzkgTT6y2ZVmtXqt7Ax5Zojc`,
  },
  {
    format: 4,
    what: 'a scenario in which something fails',
    title: 'spec: a failed unshare changed sighand in sys_unshare',
    steps: 5594,
    finalHash: '263e3fe2036d3913',
    token: `
    TL4.iVRMUg0KGgoE8QAAAAF7xUIgIRibWBonJ5obm1gYmyYmm5kRmTCKM9PzEnN0c1NTS4p1odGImU4wSmVYKskvz4MXyohEgqg1wImlIDW1CKlm
    TNZRCA0OMkRLKZBElwo3rTgzPRHcJNEAKdZR8HT3g1XSGJUaekJT0lFKSyzNKQGVDbByQslKKTUxOQMULJklqeAIhZZRsJIoFqUYUUL4mUYJElID
    gOuWnNQUBXjZm5GYl56aAi9BUYtmROoFpxhE2jU1tTRBTb5GZsapxmmpRgbGZinGlobGaMkZrB9LUjOoZXgudpJzOfcZLU4A1KuXMA`,
  },
];
