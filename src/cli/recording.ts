/** What real traffic is recorded into while it goes on: a trace file, a page to watch it in, or both. */
import { packageVersion } from '../host/package-version.ts';
import { TraceFile } from '../host/trace-file.ts';
import type { Vantage } from '../trace/event.ts';
import { Recorder } from '../trace/recorder.ts';
import { builtViewer } from './built-viewer.ts';
import type { CommandIo } from './io.ts';
import { LiveTrace } from './live-trace.ts';
import { PORT_MAXIMUM, usage, wholeNumber } from './option-values.ts';
import type { Arguments } from './verb.ts';
import { cannotServe, startViewServer, type ViewServer } from './view-server.ts';

/** What a recording is to become. */
export interface RecordingGoal {
  readonly path: string | undefined;
  /** Where the page is served; undefined for no page. */
  readonly viewPort: number | undefined;
}

/**
 * Undefined when nothing is to be recorded.
 * @throws CommandError when `--view-port` is no port, or without `--view`
 */
export function recordingGoal({ trace, view, ...options }: Arguments['options']): RecordingGoal | undefined {
  const port = options['view-port'] as string | undefined;
  if (view !== true && port !== undefined) throw usage('--view-port is for --view');
  const path = trace as string | undefined;
  const viewPort = view === true ? wholeNumber(port ?? '0', '--view-port', 0, PORT_MAXIMUM) : undefined;
  return path === undefined && viewPort === undefined ? undefined : { path, viewPort };
}

export class Recording {
  readonly recorder: Recorder;
  #file: TraceFile | undefined;
  #live: LiveTrace | undefined;
  #page: ViewServer | undefined;
  /** The first error of the disk; nothing is written after it. */
  failure: Error | undefined;

  private constructor(what: {
    scenario: string;
    vantage: Vantage;
    parameters: Readonly<Record<string, string | number>>;
  }) {
    const parameters = { ...what.parameters, began: new Date().toISOString() };
    const header = { amber: packageVersion(), seed: '-', ...what, parameters };
    this.recorder = new Recorder({ level: 'full', header });
  }

  /**
   * @param failed is told when the file cannot be written on
   * @throws what the disk says of the file, or a CommandError when there can be no page
   */
  static async open(
    { path, viewPort }: RecordingGoal,
    what: { scenario: string; vantage: Vantage; parameters: Readonly<Record<string, string | number>> },
    io: CommandIo,
    failed: () => void,
  ): Promise<Recording> {
    const recording = new Recording(what);
    if (path !== undefined) recording.#write(path, failed);
    try {
      if (viewPort !== undefined) await recording.#show(viewPort, io);
    } catch (error) {
      await recording.abandon();
      throw error;
    }
    return recording;
  }

  #write(path: string, failed: () => void): void {
    const file = new TraceFile(path, this.recorder.header);
    this.#file = file;
    this.recorder.listen((event) => {
      if (this.failure !== undefined) return;
      try {
        file.listener(event);
      } catch (error) {
        this.failure = error as Error;
        failed();
      }
    });
  }

  async #show(port: number, io: CommandIo): Promise<void> {
    const viewer = builtViewer();
    this.#live = new LiveTrace(this.recorder, (why) => {
      const file = this.#file === undefined ? '' : `; ${this.#file.path} goes on`;
      io.err(`amber: the page shows no more: ${why}${file}\n`);
    });
    try {
      this.#page = await startViewServer(viewer, this.#live, port);
    } catch (error) {
      throw cannotServe(error, port, '--view-port');
    }
  }

  /** The address of the page in which one can watch. */
  get url(): string | undefined {
    return this.#page?.url;
  }

  /** Makes it a whole trace, for who watches and for the disk. @throws the first error of the disk */
  async finish(): Promise<void> {
    this.#live?.finish('passed');
    try {
      if (this.failure !== undefined) throw this.failure;
      this.#file?.finish({ digest: this.recorder.digest(), verdict: 'passed' });
    } finally {
      if (this.failure !== undefined) this.#file?.abandon();
      await this.#page?.close();
    }
  }

  /** Nothing was recorded: no file is left. */
  async abandon(): Promise<void> {
    this.#file?.abandon();
    await this.#page?.close();
  }
}
