/** What a command gets from the outside, so that it can be run in a test as in a shell. */
export interface Io {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly stdin: NodeJS.ReadableStream;
}

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** How it is called, for example `naaccr check FILE... [--details N]`. */
  readonly usage: string;
  /**
   * Run with the words after the command's name.
   *
   * @returns the exit code: 0 fine, 1 findings (only where design says so), 2 cannot read or wrong usage.
   */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** Commands of one area by the word after it; the empty word stands for the area itself (`perennial code FILE`). */
export type CommandTable = Readonly<Record<string, Command>>;

/** Wrong usage or unreadable input: the message is printed as it is and the exit code is 2. */
export class UsageError extends Error {}
