/** A dialogue over TCP, with whatever broker listens there. */
import { connect } from 'node:net';
import { Arrivals } from '../dialogue/arrivals.ts';
import type { Ground, Wire } from '../dialogue/play.ts';
import { plain } from './channel.ts';
import type { Address } from './serve.ts';

/** Opens a connection for each client. Rejects with the error of the system when it cannot. */
export function socketGround({ host, port }: Address): Ground {
  return {
    open: () => dial(host, port),
    sleep: (micros) => after(micros).up,
  };
}

function dial(host: string, port: number): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const arrivals = new Arrivals();
    socket.on('data', (bytes: Uint8Array) => arrivals.push(plain(bytes)));
    socket.on('close', () => arrivals.end());
    // Once it stands, the end says all that a dialogue knows of an error.
    socket.on('error', reject);
    socket.once('connect', () => {
      resolve({
        send: (bytes) => void socket.write(bytes),
        async next(withinMicros) {
          const timer = after(withinMicros);
          const arrival = await arrivals.next(timer.up);
          timer.forget();
          return arrival;
        },
        drop: () => socket.resetAndDestroy(),
      });
    });
  });
}

function after(micros: number): { up: Promise<void>; forget: () => void } {
  let forget!: () => void;
  const up = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, micros / 1_000);
    forget = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { up, forget };
}
