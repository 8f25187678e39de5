import type { ClientSettings, MessageOptions, ProtocolName } from 'mqtt-amber';
import type { Luck } from './luck.ts';

/** The parameter of every story of the swarm: what its clients speak. */
export const protocol = {
  default: 'mixed',
  values: ['mixed', '3.1.1', '5.0'],
  description: 'what clients speak; mixed lets each draw it',
} as const;

export type Spoken = (typeof protocol.values)[number];

/** How a client behaves: it notices soon that it is alone, comes back soon, and draws what 5.0 lets a client say of itself. */
export function mannersOf(luck: Luck, spoken: Spoken): ClientSettings & { protocol: ProtocolName } {
  const manners: ClientSettings & { protocol: ProtocolName } = {
    protocol: spoken === 'mixed' ? luck.pick(['3.1.1', '5.0'] as const) : spoken,
    keepAlive: luck.seconds(3, 20),
    pingTimeout: '5s',
    connectTimeout: '5s',
    reconnect: { initial: '200ms', maximum: '5s' },
    inflightLimit: luck.pick([1, 5, 20]),
  };
  if (manners.protocol !== '5.0') return manners;
  if (luck.chance(0.5)) manners.receiveMaximum = luck.between(1, 4);
  if (luck.chance(0.5)) manners.topicAliasMaximum = luck.between(1, 4);
  if (luck.chance(0.5)) manners.topicAliases = luck.between(1, 4);
  // No message of these stories is larger.
  if (luck.chance(0.3)) manners.maximumPacketSize = luck.between(400, 2_000);
  if (luck.chance(0.2)) manners.requestProblemInformation = false;
  if (luck.chance(0.2)) manners.userProperties = [['fleet', 'swarm']];
  return manners;
}

/** A session that nothing ends but its client: no clock that is set can make it too old. */
export const LASTING = { cleanStart: false, sessionExpiry: 'never' } as const;

/** What travels with a message of a 5.0 publisher; nothing before 5.0. None of it lets the message grow too old. */
export function cargoOf(luck: Luck, speaks: ProtocolName): MessageOptions {
  if (speaks !== '5.0') return {};
  const cargo: MessageOptions = {};
  if (luck.chance(0.2)) cargo.messageExpiry = '30d';
  if (luck.chance(0.2)) cargo.payloadFormatIndicator = 1;
  if (luck.chance(0.2)) cargo.contentType = 'text/plain';
  if (luck.chance(0.2))
    cargo.userProperties = [
      ['unit', 'bar'],
      ['unit', 'psi'],
    ];
  return cargo;
}
