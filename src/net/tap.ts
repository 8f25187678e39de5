/** A transparent proxy before a real broker: what passes is recorded, and not changed. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Recorder } from '../trace/recorder.ts';
import { plain, spoken } from './channel.ts';
import { RealClock } from './clock.ts';
import type { Address } from './serve.ts';
import { TrafficRecord } from './traffic-record.ts';
import { WireRecord } from './wire-record.ts';

export interface TapOptions {
  listen: { port: number; host?: string };
  /** The broker. */
  to: Address;
  /** Its header says vantage `wire`. */
  trace: Recorder;
  /** Is told why a client could not be passed on to the broker. */
  unreachable?: (error: Error) => void;
}

export interface Tap {
  readonly address: Address;
  /** Ends every connection. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** @throws the error of the system, with its `code`, when it cannot listen. */
export async function tap({ listen, to, trace, unreachable }: TapOptions): Promise<Tap> {
  const { port, host = LOOPBACK } = listen;
  const clock = new RealClock();
  const record = new TrafficRecord(trace, 'broker', () => clock.now());
  record.begins();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ ...to, allowHalfOpen: true, noDelay: true });
    const failed = (error: Error): void => unreachable?.(spoken(error));
    upstream.once('error', failed);
    upstream.once('connect', () => upstream.off('error', failed));
    const wire = new WireRecord(record, `${client.remoteAddress}:${client.remotePort}`);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    pass(
      client,
      upstream,
      (bytes) => wire.fromClient(bytes),
      () => wire.ended('client', 'finished'),
    );
    pass(
      upstream,
      client,
      (bytes) => wire.fromServer(bytes),
      () => wire.ended('server', 'finished'),
    );
    client.once('close', (failed) => failed && wire.ended('client', 'reset'));
    upstream.once('close', (failed) => failed && wire.ended('server', 'reset'));
  });
  const address = await listening(server, port, host);
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Hands on bytes and the end of one direction; the reader sets the pace. */
function pass(from: Socket, to: Socket, see: (bytes: Uint8Array) => void, finished: () => void): void {
  from.on('data', (bytes: Uint8Array) => {
    see(plain(bytes));
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.once('end', () => {
    finished();
    to.end();
  });
  from.on('error', () => {});
  // A reset here is a reset there.
  from.once('close', (failed) => {
    if (failed) to.resetAndDestroy();
  });
}

function listening(server: Server, port: number, host: string): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      const { address, port: taken } = server.address() as { address: string; port: number };
      resolve({ host: address, port: taken });
    });
  });
}
