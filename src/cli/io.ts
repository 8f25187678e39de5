/** Where a command reads and writes: the real process, or what a test hands in. */
export interface CommandIo {
  /** Results; a pipe may be at the other end. */
  out(text: string | Uint8Array): void;
  /** Messages and progress. */
  err(text: string): void;
  /** What is piped in, or typed. */
  input(): AsyncIterable<Uint8Array>;
  /** Somebody looks at `out`: columns and colour are worth it. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Characters a line of the terminal has. */
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What went wrong with `out` or `err` themselves, as on a full disk; a reader that went away is nothing wrong. */
  readonly failure?: () => Error | undefined;
  /** Resolves when whoever read `out` has gone away, as `head` does: what would go on for ever has nobody to go on for. */
  readonly abandoned: Promise<void>;
  /** Is called when the user interrupts, or somebody asks the process to end; returns a function that forgets the listener. */
  onInterrupt(listener: () => void): () => void;
}

/** Ctrl-C, `kill` and `timeout`, and a terminal that is closed: each leaves time to tidy up. */
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The process this runs in. */
export function processIo(): CommandIo {
  // A reader that has seen enough (`amber run | head`) is no failure: what follows is simply not written.
  let failure: Error | undefined;
  let leave!: () => void;
  const abandoned = new Promise<void>((resolve) => {
    leave = resolve;
  });
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failure ??= error;
      else if (stream === process.stdout) leave();
    });
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: () => process.stdin,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 100,
    environment: process.env,
    failure: () => failure,
    abandoned,
    onInterrupt(listener) {
      for (const signal of INTERRUPTIONS) process.on(signal, listener);
      return () => {
        for (const signal of INTERRUPTIONS) process.off(signal, listener);
      };
    },
  };
}
