import type { ClientOptions, ReconnectOptions } from './application.ts';

export const reconnectDefaults: ReconnectOptions = {
  initialMicros: 1_000_000,
  maximumMicros: 60_000_000,
  factor: 2,
  jitter: 0.5,
};

/** A client as most are: 3.1.1, clean, durable, and stubborn. `clientId` has no default. */
export const clientDefaults: Omit<ClientOptions, 'clientId'> = {
  protocolVersion: 4,
  cleanStart: true,
  keepAlive: 60,
  sessionExpiry: 0,
  inflightLimit: 20,
  queueLimit: 1_000,
  queueQoS0: true,
  reconnect: reconnectDefaults,
  connackTimeoutMicros: 30_000_000,
  pingTimeoutMicros: 10_000_000,
  durability: 'sync',
  maximumPacketSize: 268_435_460,
};
