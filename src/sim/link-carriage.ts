/** How a link carries the connections of its nodes: nearly all links of a world do it in one of two ways, which they share. */
import type { Micros } from '../mqtt/machine.ts';
import type { LinkSpecification, NatAnswer, TransportName } from './link-specification.ts';
import type { TcpOptions } from './tcp/index.ts';
import { parseDuration } from './time.ts';
import { type WebSocketCarriage, webSocketCarriage } from './websocket-carriage.ts';

export interface LinkCarriage {
  readonly transport: TransportName;
  readonly tcpOptions: TcpOptions;
  /** Undefined without a middlebox. */
  readonly nat: { readonly idleMicros: Micros; readonly answer: NatAnswer } | undefined;
  /** How its connections carry MQTT over WebSocket; undefined when they carry it as it is. */
  readonly webSocket: WebSocketCarriage | undefined;
}

const PLAIN: Readonly<Record<TransportName, LinkCarriage>> = {
  ideal: { transport: 'ideal', tcpOptions: {}, nat: undefined, webSocket: undefined },
  tcp: { transport: 'tcp', tcpOptions: {}, nat: undefined, webSocket: undefined },
};

/**
 * @param unsaid the transport of links that do not say.
 * @param link its name, for errors.
 * @throws RangeError when the idle time of the middlebox is no duration, or what is said of WebSocket makes no sense.
 */
export function linkCarriage(
  specification: LinkSpecification,
  unsaid: TransportName,
  link: string,
): LinkCarriage {
  const { transport = unsaid, tcp, nat, websocket = false } = specification;
  const plain = PLAIN[transport];
  if (tcp === undefined && nat === undefined && websocket === false) return plain;
  return {
    transport,
    tcpOptions: tcp ?? plain.tcpOptions,
    nat: nat && {
      idleMicros: parseDuration(nat.idle, `idle time of the NAT on link ${link}`),
      answer: nat.answer ?? 'silence',
    },
    webSocket: websocket === false ? undefined : webSocketCarriage(websocket === true ? {} : websocket, link),
  };
}
