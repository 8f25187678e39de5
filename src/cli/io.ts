/** Where a command reads and writes: the real process, or what a test hands in. */
export interface CommandIo {
  /** Results; a pipe may be at the other end. */
  out(text: string): void;
  /** Messages and progress. */
  err(text: string): void;
  /** Somebody looks at `out`: columns and colour are worth it. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Characters a line of the terminal has. */
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Is called when the user interrupts; returns a function that forgets the listener. */
  onInterrupt(listener: () => void): () => void;
}

/** The process this runs in. */
export function processIo(): CommandIo {
  // A reader that has seen enough (`amber run | head`) is no failure: what follows is simply not written.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 100,
    environment: process.env,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}
