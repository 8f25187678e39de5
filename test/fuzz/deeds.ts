/**
 * What a hostile peer does, drawn from a seed: packets that are right, nearly right, and not at all, in any order and cut anywhere.
 *
 * Deeds are plain data: a finding is a list of them, and fewer of them can be tried.
 */
import fc from 'fast-check';
import { encode, type Packet, type ProtocolVersion } from '../../src/mqtt/codec/index.ts';
import type { Draw } from '../../src/sim/rng.ts';
import { anyPacket, VERSIONS } from '../mqtt/codec/arbitrary.ts';

/** `c` names a connection: one that is over is opened anew. */
export type Deed =
  | { readonly do: 'bytes'; readonly c: number; readonly hex: string }
  | { readonly do: 'lose'; readonly c: number }
  | { readonly do: 'wait'; readonly millis: number };

const CONNECTIONS = 6;
const POOL_SIZE = 600;
const MUTATIONS_LIMIT = 4;
const LARGEST = 3_000;

/** Packets of any kind and of any values, for each version. */
const pools: ReadonlyMap<ProtocolVersion, readonly Uint8Array[]> = new Map(
  VERSIONS.map((version) => [
    version,
    fc
      .sample(anyPacket(version), { seed: 7, numRuns: POOL_SIZE })
      .map((packet) => encode(packet, version))
      .filter(({ length }) => length <= LARGEST),
  ]),
);

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function below(luck: Draw, limit: number): number {
  return Math.floor(luck() * limit);
}

function pick<T>(luck: Draw, list: readonly T[]): T {
  return list[below(luck, list.length)]!;
}

const TOPICS = ['a', 'a/b', 'a/b/c', '$SYS/x', 'b', 'a//c'];
const FILTERS = ['a', 'a/#', '+/b', '#', '$share/g/a', '$share/h/#', '$SYS/#', 'a/+/c'];

/** A packet as it fits into the middle of a conversation: few identifiers, few topics, so that exchanges meet. */
function plausible(luck: Draw, version: ProtocolVersion): Packet {
  const packetId = 1 + below(luck, 4);
  const since5 = version === 5;
  const code = since5 ? { reasonCode: pick(luck, [0, 0, 0, 0x80, 0x92]) } : {};
  switch (below(luck, 11)) {
    case 0:
    case 1:
    case 2: {
      const qos = pick(luck, [0, 1, 2, 2] as const);
      const alias = since5 && luck() < 0.3 ? { properties: { topicAlias: 1 + below(luck, 3) } } : {};
      const expiry = since5 && luck() < 0.3 ? { properties: { messageExpiryInterval: below(luck, 4) } } : {};
      return {
        type: 'publish',
        topic: pick(luck, TOPICS),
        payload: text('x'.repeat(below(luck, 40))),
        qos,
        retain: luck() < 0.3,
        dup: qos > 0 && luck() < 0.3,
        ...(qos > 0 ? { packetId } : {}),
        ...alias,
        ...expiry,
      };
    }
    case 3:
    case 4:
      return {
        type: 'subscribe',
        packetId,
        subscriptions: [
          {
            filter: pick(luck, FILTERS),
            qos: pick(luck, [0, 1, 2] as const),
            ...(since5 ? { retainHandling: pick(luck, [0, 1, 2] as const) } : {}),
          },
        ],
        ...(since5 && luck() < 0.3 ? { properties: { subscriptionIdentifier: 1 + below(luck, 300) } } : {}),
      };
    case 5:
      return { type: 'unsubscribe', packetId, filters: [pick(luck, FILTERS)] };
    case 6:
      return { type: 'puback', packetId, ...(since5 ? { reasonCode: pick(luck, [0, 0x80]) } : {}) };
    case 7:
      return { type: 'pubrec', packetId, ...(since5 ? { reasonCode: pick(luck, [0, 0, 0x80]) } : {}) };
    case 8:
      return { type: 'pubrel', packetId, ...(since5 ? { reasonCode: pick(luck, [0, 0x92]) } : {}) };
    case 9:
      return { type: 'pubcomp', packetId, ...(since5 ? { reasonCode: pick(luck, [0, 0x92]) } : {}) };
    default:
      return luck() < 0.7
        ? { type: 'pingreq' }
        : { type: 'disconnect', ...(code.reasonCode === 0 ? code : {}) };
  }
}

function connect(luck: Draw, version: ProtocolVersion): Packet {
  return {
    type: 'connect',
    protocolVersion: version,
    clientId: pick(luck, version === 3 ? ['x', 'y', 'z'] : ['x', 'y', 'z', 'x', '']),
    cleanStart: luck() < 0.4,
    keepAlive: pick(luck, [0, 1, 60]),
    ...(luck() < 0.4
      ? {
          will: {
            topic: pick(luck, TOPICS),
            payload: text('will'),
            qos: pick(luck, [0, 1, 2] as const),
            retain: luck() < 0.3,
            ...(version === 5 && luck() < 0.5 ? { properties: { willDelayInterval: below(luck, 5) } } : {}),
          },
        }
      : {}),
    ...(version === 5
      ? {
          properties: {
            sessionExpiryInterval: pick(luck, [0, 5, 4_294_967_295]),
            receiveMaximum: pick(luck, [1, 2, 65_535]),
            maximumPacketSize: pick(luck, [20, 100, 100_000]),
            topicAliasMaximum: pick(luck, [0, 2, 65_535]),
            requestProblemInformation: pick(luck, [0, 1] as const),
          },
        }
      : {}),
  };
}

/** Changes some bytes, where and as nobody would. */
function mutate(luck: Draw, bytes: Uint8Array, pool: readonly Uint8Array[]): Uint8Array {
  let list = [...bytes];
  for (let left = 1 + below(luck, MUTATIONS_LIMIT); left > 0; left--) {
    const at = below(luck, list.length + 1);
    switch (below(luck, 8)) {
      case 0:
        if (list.length > 0) list[at % list.length]! ^= 1 << below(luck, 8);
        break;
      case 1:
        if (list.length > 0) list[at % list.length] = pick(luck, [0, 1, 0x7f, 0x80, 0xff, below(luck, 256)]);
        break;
      case 2:
        list.splice(at, below(luck, 4));
        break;
      case 3:
        list.splice(at, 0, ...Array.from({ length: 1 + below(luck, 4) }, () => below(luck, 256)));
        break;
      case 4:
        list.splice(at, 0, ...list.slice(at, at + below(luck, 12)));
        break;
      case 5:
        list = list.slice(0, at);
        break;
      case 6:
        // The Remaining Length alone.
        if (list.length > 1) list[1] = below(luck, 256);
        break;
      default:
        list.splice(at, 0, ...pick(luck, pool).slice(0, 40));
    }
  }
  return Uint8Array.from(list.slice(0, LARGEST));
}

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));

/** What is drawn for a peer of either machine: `greeting` is how a conversation has to begin. */
export function drawDeeds(
  luck: Draw,
  count: number,
  greeting: (luck: Draw, version: ProtocolVersion) => Packet,
  spoken: readonly ProtocolVersion[] = VERSIONS,
): Deed[] {
  const deeds: Deed[] = [];
  const versions = new Map<number, ProtocolVersion>();
  const push = (c: number, bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    if (luck() < 0.8) {
      deeds.push({ do: 'bytes', c, hex: hexOf(bytes) });
      return;
    }
    const at = 1 + below(luck, bytes.length);
    deeds.push({ do: 'bytes', c, hex: hexOf(bytes.subarray(0, at)) });
    if (at < bytes.length) deeds.push({ do: 'bytes', c, hex: hexOf(bytes.subarray(at)) });
  };
  while (deeds.length < count) {
    const c = 1 + below(luck, CONNECTIONS);
    const version = versions.get(c) ?? pick(luck, spoken);
    const pool = pools.get(luck() < 0.9 ? version : pick(luck, VERSIONS))!;
    const draw = luck();
    if (draw < 0.08) {
      deeds.push({ do: 'lose', c });
      versions.delete(c);
    } else if (draw < 0.14) {
      deeds.push({ do: 'wait', millis: pick(luck, [1, 100, 1_500, 10_000, 100_000]) });
    } else if (draw < 0.3 || !versions.has(c)) {
      versions.set(c, version);
      const bytes = encode(greeting(luck, version), version);
      push(c, luck() < 0.1 ? mutate(luck, bytes, pool) : bytes);
    } else if (draw < 0.75) {
      const bytes = encode(plausible(luck, version), version);
      push(c, luck() < 0.12 ? mutate(luck, bytes, pool) : bytes);
    } else {
      push(c, luck() < 0.7 ? mutate(luck, pick(luck, pool), pool) : pick(luck, pool));
    }
  }
  return deeds;
}

/** How a client begins. */
export const clientGreeting = connect;

/** How a server begins. */
export function serverGreeting(luck: Draw, version: ProtocolVersion): Packet {
  return {
    type: 'connack',
    sessionPresent: version > 3 && luck() < 0.5,
    reasonCode: 0,
    ...(version === 5
      ? {
          properties: {
            receiveMaximum: pick(luck, [1, 3, 65_535]),
            maximumPacketSize: pick(luck, [30, 200, 100_000]),
            topicAliasMaximum: pick(luck, [0, 2]),
            serverKeepAlive: pick(luck, [0, 1, 60]),
          },
        }
      : {}),
  };
}
