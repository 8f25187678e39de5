/** What a client may do, as somebody outside decides: by a file, by a table, by asking another. */
import type { Connect } from '../codec/packet.ts';
import { parseShared } from '../topic/index.ts';
import type { Refusal } from './connect.ts';
import type { BrokerOptions } from './options.ts';

/** Who a client says it is. */
export interface Credentials {
  clientId: string;
  username: string | undefined;
  password: Uint8Array | undefined;
}

/** `bad-credentials`: it is not who it says. `not-authorized`: it may not connect, whoever it is. */
export type Admission = 'accepted' | 'bad-credentials' | 'not-authorized';

export interface AccessRequest {
  action: 'publish' | 'subscribe';
  /** A Topic Name to publish to; a Topic Filter to subscribe to, without the `$share/{group}` of a shared one. */
  topic: string;
  clientId: string;
  username: string | undefined;
}

export const NOT_AUTHORIZED = 0x87;
const BAD_USER_NAME_OR_PASSWORD = 0x86;
/** The same in a CONNACK before 5.0 [3.1.1/3.2.2.3]. */
const RETURN_CODES: Readonly<Record<number, number>> = {
  [BAD_USER_NAME_OR_PASSWORD]: 4,
  [NOT_AUTHORIZED]: 5,
};

/**
 * Why a client may not connect, if so: it is a stranger, or it would leave a will where it may not publish. `proven`: it has shown
 * by enhanced authentication who it is, and needs no password.
 */
export function notAdmitted(connect: Connect, options: BrokerOptions, proven: boolean): Refusal | undefined {
  const { clientId, username, password, will } = connect;
  const admission =
    (proven ? undefined : options.authenticate?.({ clientId, username, password })) ?? 'accepted';
  if (admission === 'bad-credentials') {
    return refused(connect, BAD_USER_NAME_OR_PASSWORD, 'its user name or password is wrong');
  }
  if (admission === 'not-authorized') return refused(connect, NOT_AUTHORIZED, 'it may not connect');
  if (will === undefined || mayPublish(options, clientId, username, will.topic)) return undefined;
  return refused(connect, NOT_AUTHORIZED, `it may not publish its will to ${will.topic}`);
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
