/** What the exit code of `amber` says; `amber help exit-codes` prints these sentences. */
export const exitCodes = {
  passed: 0,
  /** A promise of MQTT, or an assertion of the script, was broken. */
  broken: 1,
  usage: 2,
  /** The script is wrong: it threw, stalled, or never ended. */
  script: 3,
  /** Two runs or traces differ that should not. */
  differs: 4,
  /** The environment: a disk is full, a port is taken, a file cannot be read or written. */
  environment: 5,
  /** Our own bug. */
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'passed',
  1: 'a promise was broken',
  2: 'the command was not understood',
  3: 'the script is wrong: it threw, stalled or never ended',
  4: 'two runs or traces differ',
  5: 'the environment failed: a file, a disk, a port',
  70: 'a bug of amber itself',
  130: 'interrupted',
};

/** Ends the command with one line for people and the exit code that fits. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
