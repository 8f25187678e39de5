/** The command as it was built, in one process for many command lines: what it says and how it ends needs no process of its own to be seen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** How many threads it has begun. */
  readonly threads: number;
}

/** Of the fixtures: they never end, or some of their seeds do not. */
const ENDLESS = /(?:temperamental|loops)\.ts$/;

/** Who waits for a story that never ends does not wait for long; one that ends has, on a busy machine too, the time that it takes. */
export function patienceFor(args: readonly string[]): Readonly<Record<string, string>> {
  return args.some((arg) => ENDLESS.test(arg)) ? { AMBER_PATIENCE: '6' } : {};
}

export interface CommandSurroundings {
  readonly environment?: Readonly<Record<string, string>>;
  /** Is given how a user interrupts it. */
  readonly started?: (interrupt: () => void) => void;
}

/** Runs command lines in a directory, one after the other; with nobody around who looks at a terminal. */
export class Commands {
  readonly #directory: string;
  readonly #process: ChildProcess;

  /** @param nodeOptions for the whole process, which `node` runs. */
  constructor(directory: string, nodeOptions: readonly string[] = [], node = process.execPath) {
    this.#directory = directory;
    this.#process = spawn(
      node,
      [...nodeOptions, fileURLToPath(new URL('./command-process.js', import.meta.url))],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
  }

  /** `amber ...args` */
  async run(
    args: readonly string[],
    { environment = {}, started }: CommandSurroundings = {},
  ): Promise<Ended> {
    const ended = new Promise<Ended>((resolve, reject) => {
      const gone = (code: number | null): void => reject(new Error(`the process ended with ${code}`));
      this.#process.once('exit', gone);
      this.#process.once('message', (message: Ended) => {
        this.#process.off('exit', gone);
        resolve(message);
      });
    });
    this.#process.send({ args, directory: this.#directory, environment });
    started?.(() => this.#process.send('interrupt'));
    return ended;
  }

  end(): void {
    this.#process.kill();
  }
}
