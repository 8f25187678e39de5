import type { ProtocolVersion } from './packet.ts';

/** The versions of MQTT as people write them, and their Protocol Levels. */
export const protocolVersions = { '3.1': 3, '3.1.1': 4, '5.0': 5 } as const satisfies Readonly<
  Record<string, ProtocolVersion>
>;

export type ProtocolName = keyof typeof protocolVersions;

export const protocolNames = Object.keys(protocolVersions) as readonly ProtocolName[];

/** The version that is written so; undefined when none is. */
export function protocolVersionOf(name: string): ProtocolVersion | undefined {
  return Object.hasOwn(protocolVersions, name) ? protocolVersions[name as ProtocolName] : undefined;
}
