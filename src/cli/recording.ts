/** The trace file of real traffic, which is written while it goes on. */
import { packageVersion } from '../host/package-version.ts';
import { TraceFile } from '../host/trace-file.ts';
import type { Vantage } from '../trace/event.ts';
import { Recorder } from '../trace/recorder.ts';

export class Recording {
  readonly recorder: Recorder;
  readonly #file: TraceFile;
  /** The first error of the disk; nothing is written after it. */
  failure: Error | undefined;

  /** @param failed is told when the file cannot be written on. */
  constructor(
    path: string,
    what: { scenario: string; vantage: Vantage; parameters: Readonly<Record<string, string | number>> },
    failed: () => void,
  ) {
    const parameters = { ...what.parameters, began: new Date().toISOString() };
    const header = { amber: packageVersion(), seed: '-', ...what, parameters };
    this.recorder = new Recorder({ level: 'full', header });
    this.#file = new TraceFile(path, this.recorder.header);
    this.recorder.listen((event) => {
      if (this.failure !== undefined) return;
      try {
        this.#file.listener(event);
      } catch (error) {
        this.failure = error as Error;
        failed();
      }
    });
  }

  /** Makes it a whole file. @throws the first error of the disk */
  finish(): void {
    if (this.failure === undefined) {
      this.#file.finish({ digest: this.recorder.digest(), verdict: 'passed' });
      return;
    }
    this.#file.abandon();
    throw this.failure;
  }

  /** Nothing was recorded: no file is left. */
  abandon(): void {
    this.#file.abandon();
  }
}
