/** A Redis for tests: on a port of the system's choosing, bound to loopback, with its files in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

export class RedisServer {
  readonly port: number;
  readonly #program: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(program: string, directory: string, port: number) {
    this.#program = program;
    this.#directory = directory;
    this.port = port;
  }

  static async start(program: string, directory: string): Promise<RedisServer> {
    const server = new RedisServer(program, directory, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** With what it had before, as far as that was on the disk. */
  async start(): Promise<void> {
    const options = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#directory, '--save', ''];
    this.#process = spawn(this.#program, [...options, '--appendonly', 'yes', '--loglevel', 'warning'], {
      stdio: 'ignore',
    });
    const client = this.connect();
    await client.ping();
    client.disconnect();
  }

  /** As a machine does that loses its power; what is written once a second is lost since then. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process?.kill(signal) === true) await once(process, 'exit');
  }

  connect(): Redis {
    const client = new Redis({ host: '127.0.0.1', port: this.port, retryStrategy: () => 50 });
    client.on('error', () => {});
    return client;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
