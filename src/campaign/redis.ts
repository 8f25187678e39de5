/** The connection to Redis, and the packages that know how to speak to it: they are looked for when somebody asks for a queue. */
import type { Redis } from 'ioredis';
import { CampaignError } from './error.ts';
import type { RedisAddress } from './redis-url.ts';

/** Begins the name of every key. */
export const PREFIX = 'amber';

const CONNECT_MILLIS = 5_000;
const RECONNECT_MILLIS = 1_000;
/** A Redis that restarts is waited for; one that does not come back, ten minutes long. */
const RECONNECTS_LIMIT = 600;
const VERSION_AT_LEAST = [6, 2] as const;

/** @throws CampaignError when they are not installed */
export async function queuePackages(): Promise<{
  bullmq: typeof import('bullmq');
  ioredis: { Redis: typeof Redis };
}> {
  try {
    return { bullmq: await import('bullmq'), ioredis: await import('ioredis') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CampaignError(
      'environment',
      '--queue needs the packages bullmq and ioredis: npm install bullmq ioredis',
    );
  }
}

/** For our own connection and for those of BullMQ. Commands wait while Redis is away. */
export function connectionOptions(address: RedisAddress) {
  const { host, port, db, tls, username, password } = address;
  return {
    ...{ host, port, db, connectTimeout: CONNECT_MILLIS, maxRetriesPerRequest: null },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    retryStrategy: (times: number) =>
      times > RECONNECTS_LIMIT ? null : Math.min(50 * times, RECONNECT_MILLIS),
    // BullMQ would print what it thinks of the server once for each connection.
    skipVersionCheck: true,
  };
}

/**
 * Connects, and sees to it that the server will do.
 *
 * @throws CampaignError when it cannot be reached, lets nobody in, or is too old
 */
export async function connect(address: RedisAddress): Promise<Redis> {
  const { ioredis } = await queuePackages();
  const options = connectionOptions(address);
  let connected = false;
  let last: Error | undefined;
  const client = new ioredis.Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: (times) => (connected ? options.retryStrategy(times) : null),
  });
  client.on('error', (error) => {
    last = error;
  });
  try {
    await client.connect();
    checkVersion(await client.info('server'), address);
    connected = true;
    return client;
  } catch (error) {
    client.disconnect();
    if (error instanceof CampaignError) throw error;
    const { message, code } = (last ?? error) as NodeJS.ErrnoException;
    throw new CampaignError('environment', `${address.name} cannot be reached: ${message || code}`);
  }
}

function checkVersion(info: string, { name }: RedisAddress): void {
  const [, major, minor] = /^redis_version:(\d+)\.(\d+)/m.exec(info) ?? [];
  const [leastMajor, leastMinor] = VERSION_AT_LEAST;
  if (Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor)) return;
  const found = major === undefined ? 'does not say its version' : `is Redis ${major}.${minor}`;
  throw new CampaignError(
    'environment',
    `${name} ${found}; it has to be ${leastMajor}.${leastMinor} or later`,
  );
}
