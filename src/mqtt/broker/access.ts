/** What a client may do, as somebody outside decides: by a file, by a table, by asking another. */
import type { Connect } from '../codec/packet.ts';
import { parseShared } from '../topic/index.ts';
import type { Cause } from './clients.ts';
import { type Refusal, SERVER_UNAVAILABLE } from './connect.ts';
import type { BrokerOptions } from './options.ts';

/** Who a client says it is. */
export interface Credentials {
  clientId: string;
  username: string | undefined;
  password: Uint8Array | undefined;
}

/** Another server, for this time or, when the server has `moved`, for good [5.0/4.11]. Before 5.0 no client can be told. */
export interface Redirection {
  /** The Server Reference: as clients call it, `host:port` in the field. */
  server: string;
  moved?: boolean;
}

/** `bad-credentials`: it is not who it says. `not-authorized`: it may not connect, whoever it is. */
export type Admission = 'accepted' | 'bad-credentials' | 'not-authorized' | Redirection;

export interface AccessRequest {
  action: 'publish' | 'subscribe';
  /** A Topic Name to publish to; a Topic Filter to subscribe to, without the `$share/{group}` of a shared one. */
  topic: string;
  clientId: string;
  username: string | undefined;
}

export const NOT_AUTHORIZED = 0x87;
const BAD_USER_NAME_OR_PASSWORD = 0x86;
const USE_ANOTHER_SERVER = 0x9c;
const SERVER_MOVED = 0x9d;
/** The same in a CONNACK before 5.0 [3.1.1/3.2.2.3]: who is to go elsewhere hears that this server is unavailable. */
const RETURN_CODES: Readonly<Record<number, number>> = {
  [BAD_USER_NAME_OR_PASSWORD]: 4,
  [NOT_AUTHORIZED]: 5,
  [USE_ANOTHER_SERVER]: SERVER_UNAVAILABLE,
  [SERVER_MOVED]: SERVER_UNAVAILABLE,
};

/**
 * Why a client may not connect, if so: it is a stranger, or it would leave a will where it may not publish. `proven`: it has shown
 * by enhanced authentication who it is, and needs no password. Either way its connection ends [5.0/MQTT-3.1.4-2].
 */
export function notAdmitted(connect: Connect, options: BrokerOptions, proven: boolean): Refusal | undefined {
  const { clientId, username, password, will } = connect;
  const admission =
    (proven ? undefined : options.authenticate?.({ clientId, username, password })) ?? 'accepted';
  if (admission === 'bad-credentials') {
    return refused(connect, BAD_USER_NAME_OR_PASSWORD, 'its user name or password is wrong');
  }
  if (admission === 'not-authorized') return refused(connect, NOT_AUTHORIZED, 'it may not connect');
  if (admission !== 'accepted') {
    const { reasonCode, text, serverReference } = redirected(admission);
    return { ...refused(connect, reasonCode, text), serverReference };
  }
  if (will === undefined || mayPublish(options, clientId, username, will.topic)) return undefined;
  return refused(connect, NOT_AUTHORIZED, `it may not publish its will to ${will.topic}`);
}

/** What a client of 5.0 is told that is sent elsewhere, by CONNACK or DISCONNECT. */
export function redirected({ server, moved = false }: Redirection): Cause & {
  reasonCode: number;
  serverReference: string;
} {
  return {
    step: 'refused',
    rule: '5.0/4.11',
    text: moved ? `the server has moved to ${server}` : `use ${server}`,
    reasonCode: moved ? SERVER_MOVED : USE_ANOTHER_SERVER,
    serverReference: server,
  };
}

function refused({ protocolVersion }: Connect, reasonCode: number, text: string): Refusal {
  const returnCode = protocolVersion === 5 ? reasonCode : RETURN_CODES[reasonCode];
  return { returnCode, rule: 'access', text };
}

export function mayPublish(
  options: BrokerOptions,
  clientId: string,
  username: string | undefined,
  topic: string,
): boolean {
  return options.authorize?.({ action: 'publish', topic, clientId, username }) ?? true;
}

export function maySubscribe(
  options: BrokerOptions,
  clientId: string,
  username: string | undefined,
  filter: string,
): boolean {
  if (options.authorize === undefined) return true;
  const topic = parseShared(filter)?.filter ?? filter;
  return options.authorize({ action: 'subscribe', topic, clientId, username });
}
