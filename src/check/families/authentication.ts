/** Enhanced authentication of 5.0 [5.0/4.12]: AUTH and its method appear only where CONNECT named one, and it stays the same. */
import type { Auth, Connack, PacketType } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import type { Side } from '../evidence/side.ts';
import type { Tally } from '../tally.ts';

const SUCCESS = 0;
const CONTINUE = 0x18;
const REAUTHENTICATE = 0x19;

export class Authentication {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A client writes something between CONNECT and CONNACK. */
  early(side: Side, type: PacketType, i: number): void {
    if (!side.judged || side.connect?.properties?.authenticationMethod === undefined) return;
    if (type === 'connect') return;
    this.#tally.reach('authentication.before-connack');
    if (type === 'auth' || type === 'disconnect') return;
    const { name } = side.party;
    this.#tally.broken(
      'authentication.before-connack',
      name,
      `${name} sent ${packetName(type)} on ${side.conn.name}, where it was still authenticating`,
      [i],
    );
  }

  /** AUTH or CONNACK was written. */
  sent(side: Side, packet: Auth | Connack, i: number): void {
    const { connect } = side;
    if (packet.type === 'auth') this.passed(side, packet);
    if (!side.judged || connect?.protocolVersion !== 5) return;
    const method = connect.properties?.authenticationMethod;
    const named = packet.properties?.authenticationMethod;
    const { name } = side.party;
    if (method === undefined) {
      this.#tally.reach('authentication.unasked');
      if (packet.type === 'connack' && named === undefined) return;
      this.#tally.broken(
        'authentication.unasked',
        name,
        `${name} sent ${packet.type === 'auth' ? 'AUTH' : 'an Authentication Method in CONNACK'} on ${side.conn.name}, whose CONNECT names no method`,
        [i],
      );
      return;
    }
    if (packet.type === 'connack' && packet.reasonCode !== SUCCESS) return;
    this.#tally.reach('authentication.method');
    if (named !== method) {
      this.#tally.broken(
        'authentication.method',
        name,
        `${name} sent ${packetName(packet.type)} with ${named === undefined ? 'no method' : `method ${named}`} on ${side.conn.name}, ` +
          `whose CONNECT names ${method}`,
        [i],
      );
    }
    if (packet.type === 'auth') this.#code(side, packet, i);
  }

  /** `side` wrote or read AUTH: it is the client that begins again, and the server that ends that. */
  passed(side: Side, { reasonCode }: Auth): void {
    if (reasonCode !== CONTINUE) side.proves = reasonCode === REAUTHENTICATE;
  }

  /** Until CONNACK there is only 0x18; later a client begins with 0x19, and a server ends with 0x00. */
  #code(side: Side, packet: Auth, i: number): void {
    this.#tally.reach('authentication.code');
    const { reasonCode } = packet;
    const again = side.connack !== undefined;
    if (reasonCode === CONTINUE || (again && reasonCode === (side.isServer ? SUCCESS : REAUTHENTICATE)))
      return;
    const { name } = side.party;
    this.#tally.broken(
      'authentication.code',
      name,
      `${name} sent AUTH with reason code ${reasonCode} ${again ? 'after' : 'before'} CONNACK on ${side.conn.name}`,
      [i],
    );
  }
}
