/**
 * Plays the brokers of a story with aedes, as it is when nobody tells it more than a story can: on the disk of its node, with the package
 * aedes-persistence-level, unless the story wants nothing to last.
 */
import { brokerDefaults } from '../mqtt/broker/defaults.ts';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import type { BrokerPlayer, BrokerStation, Part } from '../scenario/cast.ts';
import { formatDuration } from '../sim/time.ts';
import type { BrokerPromises } from '../trace/event.ts';
import { type Persistence, STORE, STORED_BY, serveAedes } from './aedes-server.ts';
import { HostedStation } from './hosted-station.ts';
import { librariesOf } from './mounted.ts';

const NAME = 'aedes';

const [library, level] = await librariesOf({ name: NAME, usual: () => import('aedes') }, ...STORED_BY);
const { default: persistence } = level as unknown as Persistence;

/**
 * It waits for no sync, has no limit for queues and no expiry. Who is there is sent one copy of a message, whichever of its filters match; but
 * a queue in memory has one for each filter, and one of QoS 0 does not keep a queue from bringing the message once more for another.
 */
const PROMISES: BrokerPromises = {
  durability: 'none',
  queueLimit: Number.MAX_SAFE_INTEGER,
  queueQoS0: false,
  overlap: 'each',
  keepAliveFactor: 1.5,
  maximumQoS: 2,
  sessionExpiry: Number.POSITIVE_INFINITY,
  retainedExpiry: Number.POSITIVE_INFINITY,
};

/** What it is told, and what changes nothing before 5.0 or shows only in what a broker promises. */
const FREE: ReadonlySet<string> = new Set<keyof BrokerOptions>([
  ...(['durability', 'overlap', 'sessionExpiryOf', 'sessionExpiryMaximum', 'receiveMaximum'] as const),
  ...([
    'topicAliasMaximum',
    'topicAliases',
    'serverKeepAlive',
    'sysIntervalMicros',
    'connectTimeoutMicros',
  ] as const),
]);

class AedesStation extends HostedStation implements BrokerStation {
  readonly #part: Part<BrokerOptions>;

  constructor(part: Part<BrokerOptions>) {
    const { connectTimeoutMicros, sysIntervalMicros, durability } = part.options;
    const settings = {
      connectTimeout: connectTimeoutMicros / 1_000,
      // Without a word of the story it has its own, a minute.
      ...(sysIntervalMicros === brokerDefaults.sysIntervalMicros
        ? {}
        : { heartbeatInterval: sysIntervalMicros / 1_000 }),
    };
    const isDurable = durability !== 'none';
    super(part, NAME, {
      promises: PROMISES,
      started: (process, disk) =>
        process.loop.post(() => {
          const kept = isDurable ? { persistence: persistence(disk.open(STORE)) } : {};
          void serveAedes(library!, { ...settings, ...kept });
        }),
      ended() {},
    });
    this.#part = part;
  }

  /** It has nothing to say to clients before 5.0: its process ends, and its host closes their connections. */
  shutdown(): void {}

  redirect(): boolean {
    return this.#part.beyond(`${NAME} cannot send a client of '${this.name}' to another server`);
  }
}

const player: BrokerPlayer = {
  name: NAME,
  meets({ name, options: { protocolVersion, cleanStart, sessionExpiry }, awayMicros }, beyond) {
    if (protocolVersion === 5) beyond(`${NAME} speaks 3.1 and 3.1.1, and client '${name}' asks for 5.0`);
    const keptMicros = sessionExpiry * 1e6;
    if (!cleanStart && awayMicros >= keptMicros)
      beyond(
        `${NAME} keeps sessions for ever, and that of client '${name}' is to end after ${formatDuration(keptMicros)}`,
      );
  },
  broker(part) {
    const { name, options, beyond } = part;
    for (const [key, value] of Object.entries(options)) {
      const usual = (brokerDefaults as unknown as Record<string, unknown>)[key];
      if (FREE.has(key) || JSON.stringify(value) === JSON.stringify(usual)) continue;
      beyond(`${NAME} has nothing like '${key}', which broker '${name}' is given`);
    }
    return new AedesStation(part);
  },
};

export default player;
