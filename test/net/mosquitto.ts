/** A mosquitto of one's own, on ports of loopback that were free. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Others look for free ports too, and mosquitto cannot be told to take any. */
const ATTEMPTS = 10;
/** What it says of a port that somebody else was faster to take. */
const PORT_TAKEN = /in use|Unable to create websockets listener/;

export interface Mosquitto {
  readonly ports: readonly number[];
  /** Kills it; resolves when it is gone. */
  end(): Promise<void>;
}

/**
 * Starts it and waits until it listens.
 *
 * @param count of ports
 * @param configuration its lines, for these ports
 * @throws Error with what it said, when it does not come up
 */
export async function startMosquitto(
  binary: string,
  count: number,
  configuration: (ports: readonly number[]) => readonly string[],
): Promise<Mosquitto> {
  for (let attempt = 1; ; attempt++) {
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    const directory = mkdtempSync(join(tmpdir(), 'amber-mosquitto-'));
    const path = join(directory, 'mosquitto.conf');
    writeFileSync(path, [...configuration(ports), ''].join('\n'));
    const child = spawn(binary, ['-v', '-c', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    const gone = once(child, 'exit').then(() => rmSync(directory, { recursive: true, force: true }));
    const end = async (): Promise<void> => {
      child.kill('SIGKILL');
      await gone;
    };
    let said = '';
    // Only its own word counts: whoever answers on the port may be another broker that was faster.
    const runs = await new Promise<boolean>((resolve) => {
      child.stderr.on('data', (data) => {
        said += data;
        if (/running/.test(said)) resolve(true);
      });
      child.stderr.once('end', () => resolve(false));
    });
    child.stderr.removeAllListeners('data').resume();
    if (runs) return { ports, end };
    await end();
    if (attempt === ATTEMPTS || !PORT_TAKEN.test(said))
      throw new Error(`mosquitto does not come up: ${said}`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
