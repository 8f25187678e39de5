/** Plays the brokers of a story with aedes, as it is when nobody tells it more than a story can. */
import * as library from 'aedes';
import { brokerDefaults } from '../mqtt/broker/defaults.ts';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import type { BrokerPlayer, BrokerStation, Part } from '../scenario/cast.ts';
import type { BrokerPromises } from '../trace/event.ts';
import { serveAedes } from './aedes-server.ts';
import { HostedStation } from './hosted-station.ts';

const NAME = 'aedes';

/** Its persistence is in memory, it has no limit for queues and no expiry, and it sends a copy for each subscription or one for all. */
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
    const { connectTimeoutMicros } = part.options;
    super(part, NAME, {
      promises: PROMISES,
      started(process) {
        process.loop.post(() => void serveAedes(library, { connectTimeout: connectTimeoutMicros / 1_000 }));
      },
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
  versions: [3, 4],
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
