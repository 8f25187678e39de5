import type { Auth, Connect, Packet } from '../codec/packet.ts';
import { type Cause, type Clients, tooLarge } from './clients.ts';
import type { Connection } from './connection.ts';
import type { BrokerOptions } from './options.ts';

const SUCCESS = 0x00;
const CONTINUE = 0x18;
const RE_AUTHENTICATE = 0x19;
const PROTOCOL_ERROR = 0x82;
const NOT_AUTHORIZED = 0x87;
const BAD_AUTHENTICATION_METHOD = 0x8c;
const PACKET_TOO_LARGE = 0x95;

/** What a method makes of what the client said last. */
export type AuthenticationStep =
  | { outcome: 'continue' | 'success'; data?: Uint8Array }
  /** `reasonCode` is 0x87, Not authorized, unless the method knows better. */
  | { outcome: 'failure'; text: string; reasonCode?: 0x80 | 0x83 | 0x87 | 0x8c };

/** One exchange: is handed the Authentication Data of each packet of the client, the first included. */
export type AuthenticationExchange = (data: Uint8Array | undefined) => AuthenticationStep;

/**
 * A method of enhanced authentication [5.0/4.12], plugged in by its name. It begins an exchange for every CONNECT, and one for every
 * re-authentication; like everything in the server it has no clock and no chance of its own.
 */
export type AuthenticationMethod = (connect: Connect) => AuthenticationExchange;

/** How one connection is authenticated: with the method its CONNECT named, the first time and every time after. */
export class Authentication {
  readonly connect: Connect;
  readonly name: string;
  readonly #method: AuthenticationMethod;
  /** Under way. */
  #exchange: AuthenticationExchange | undefined = undefined;

  constructor(connect: Connect, name: string, method: AuthenticationMethod) {
    this.connect = connect;
    this.name = name;
    this.#method = method;
  }

  begin(data: Uint8Array | undefined): AuthenticationStep {
    this.#exchange = this.#method(this.connect);
    return this.next(data)!;
  }

  /** Undefined when nothing is under way. */
  next(data: Uint8Array | undefined): AuthenticationStep | undefined {
    const step = this.#exchange?.(data);
    if (step?.outcome !== 'continue') this.#exchange = undefined;
    return step;
  }
}

/** Lets those in who named an authentication method, and asks them again when they want to. */
export class Authenticating {
  readonly #options: BrokerOptions;
  readonly #clients: Clients;

  constructor(options: BrokerOptions, clients: Clients) {
    this.#options = options;
    this.#clients = clients;
  }

  /** A well-formed CONNECT. Without a method there is nothing to do here [5.0/MQTT-4.12.0-6]. */
  connect(connection: Connection, connect: Connect): void {
    const { authenticationMethod: name, authenticationData } = connect.properties ?? {};
    if (name === undefined) {
      this.#clients.connect(connection, connect);
      return;
    }
    const method = this.#options.authenticationMethods?.get(name);
    if (method === undefined) {
      const text = `there is no authentication method ${name}`;
      this.#refuse(connection, BAD_AUTHENTICATION_METHOD, '5.0/MQTT-4.12.0-1', text);
      return;
    }
    const authentication = new Authentication(connect, name, method);
    connection.since5.authentication = authentication;
    this.#entered(connection, authentication.begin(authenticationData));
  }

  /** A packet between CONNECT and CONNACK [5.0/MQTT-3.1.2-30]. DISCONNECT is dealt with before. */
  received(connection: Connection, authentication: Authentication, packet: Packet): void {
    if (packet.type !== 'auth') {
      const text = `${packet.type} before the authentication was over`;
      this.#refuse(connection, PROTOCOL_ERROR, '5.0/MQTT-3.1.2-30', text);
    } else if (packet.reasonCode !== CONTINUE) {
      const text = `AUTH with reason code ${packet.reasonCode}`;
      this.#refuse(connection, PROTOCOL_ERROR, '5.0/MQTT-4.12.0-3', text);
    } else if (packet.properties?.authenticationMethod !== authentication.name) {
      const text = `AUTH with another method than ${authentication.name}`;
      this.#refuse(connection, PROTOCOL_ERROR, '5.0/MQTT-4.12.0-5', text);
    } else {
      this.#entered(connection, authentication.next(packet.properties.authenticationData)!);
    }
  }

  /** AUTH of a client that was accepted: a re-authentication. Other packets go on meanwhile [5.0/4.12.1]. */
  again(connection: Connection, packet: Auth): Cause | undefined {
    const { authentication } = connection;
    if (authentication === undefined) {
      return violation('5.0/MQTT-4.12.0-7', 'AUTH on a connection without an authentication method');
    }
    if (packet.properties?.authenticationMethod !== authentication.name) {
      return violation('5.0/MQTT-4.12.1-1', `AUTH with another method than ${authentication.name}`);
    }
    const data = packet.properties.authenticationData;
    let step: AuthenticationStep | undefined;
    if (packet.reasonCode === RE_AUTHENTICATE) step = authentication.begin(data);
    else if (packet.reasonCode === CONTINUE) step = authentication.next(data);
    if (step === undefined) {
      return violation('5.0/4.12.1', `AUTH with reason code ${packet.reasonCode}, and no exchange under way`);
    }
    if (step.outcome === 'failure') {
      const { text, reasonCode = NOT_AUTHORIZED } = step;
      return { step: 'refused', rule: '5.0/MQTT-4.12.1-2', text, reasonCode };
    }
    const code = step.outcome === 'continue' ? CONTINUE : SUCCESS;
    return this.#say(connection, authentication, code, step.data) ? undefined : tooLarge(connection, 'AUTH');
  }

  #entered(connection: Connection, step: AuthenticationStep): void {
    const { connect, name } = connection.authentication!;
    if (step.outcome === 'failure') {
      this.#refuse(connection, step.reasonCode ?? NOT_AUTHORIZED, '5.0/MQTT-4.12.0-4', step.text);
    } else if (step.outcome === 'success') {
      this.#clients.connect(connection, connect, { name, data: step.data });
    } else if (!this.#say(connection, connection.authentication!, CONTINUE, step.data)) {
      const { rule, text } = tooLarge(connection, 'AUTH');
      this.#refuse(connection, PACKET_TOO_LARGE, rule, text);
    }
  }

  /** Every AUTH names the method of CONNECT [5.0/MQTT-4.12.0-5]; returns false if it is more than the client takes. */
  #say(
    connection: Connection,
    { name: authenticationMethod }: Authentication,
    reasonCode: number,
    authenticationData: Uint8Array | undefined,
  ): boolean {
    const properties =
      authenticationData === undefined
        ? { authenticationMethod }
        : { authenticationMethod, authenticationData };
    return connection.sendPacket({ type: 'auth', reasonCode, properties }, false);
  }

  #refuse(connection: Connection, returnCode: number, rule: string, text: string): void {
    this.#clients.refuse(connection, { returnCode, rule, text });
  }
}

function violation(rule: string, text: string): Cause {
  return { rule, text, reasonCode: PROTOCOL_ERROR };
}
