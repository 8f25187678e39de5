import type { Auth, ConnectProperties } from '../codec/packet.ts';
import type {
  AuthenticationExchange,
  AuthenticationMethod,
  CallId,
  ClientError,
  Outcome,
} from './application.ts';

const SUCCESS = 0x00;
const CONTINUE = 0x18;
const RE_AUTHENTICATE = 0x19;

/** What an authentication needs from the client it belongs to. */
export interface AuthenticationPort {
  send(auth: Auth): void;
  /** The server broke a rule of 5.0. */
  violated(rule: string, text: string): void;
  /** The method does not trust the server: the connection ends [5.0/MQTT-4.12.1-2], and trying again would change nothing. */
  unproved(error: ClientError): void;
  settle(call: CallId, outcome: Outcome): void;
}

/** The enhanced authentication of one client: at most one exchange is under way at a time [5.0/4.12]. */
export class Authentication {
  readonly #method: AuthenticationMethod;
  readonly #port: AuthenticationPort;
  #exchange: AuthenticationExchange | undefined;
  /** Of the re-authentication under way; 0 when the exchange is that of a CONNECT, or there is none. */
  #call: CallId = 0;

  constructor(method: AuthenticationMethod, port: AuthenticationPort) {
    this.#method = method;
    this.#port = port;
  }

  /** A re-authentication is under way. */
  get repeats(): boolean {
    return this.#call !== 0;
  }

  /** Begins the exchange of a CONNECT: what its properties say. */
  connect(): ConnectProperties {
    this.#exchange = this.#method.begin();
    return this.properties(this.#exchange.opening);
  }

  /** CONNACK accepts, with the method of the CONNECT. False when the method does not, and the connection has been ended. */
  connected(data: Uint8Array | undefined): boolean {
    if (!this.satisfied(data)) return false;
    this.#exchange = undefined;
    return true;
  }

  /** The application wants another exchange, of the same method [5.0/MQTT-4.12.1-1]. */
  again(call: CallId): void {
    if (this.#exchange !== undefined) {
      const message = 'a re-authentication is under way already';
      this.#port.settle(call, { op: 'authenticate', ok: false, error: { kind: 'invalid', message } });
      return;
    }
    this.#call = call;
    this.#exchange = this.#method.begin();
    this.send(RE_AUTHENTICATE, this.#exchange.opening);
  }

  /** AUTH came; every one names the method [5.0/MQTT-4.12.0-5]. */
  challenged({ reasonCode, properties }: Auth): void {
    const { name } = this.#method;
    const data = properties?.authenticationData;
    if (properties?.authenticationMethod !== name) {
      this.#port.violated('5.0/MQTT-4.12.0-5', `AUTH is not of the method '${name}'`);
    } else if (reasonCode === RE_AUTHENTICATE) {
      this.#port.violated('5.0/MQTT-3.15.2-1', 'a server asks to authenticate again');
    } else if (this.#exchange === undefined) {
      this.#port.violated('5.0/4.12.1', 'AUTH, and no authentication is under way');
    } else if (reasonCode === CONTINUE) {
      const answer = this.#exchange.answer(data);
      if (answer === 'refused') this.#port.unproved(this.distrust());
      else this.send(CONTINUE, answer.data);
    } else if (reasonCode === SUCCESS && !this.repeats) {
      this.#port.violated('5.0/MQTT-4.12.0-2', 'AUTH with Success before CONNACK');
    } else if (this.satisfied(data)) {
      const call = this.#call;
      this.end();
      this.#port.settle(call, { op: 'authenticate', ok: true });
    }
  }

  /** The connection ends, and what is under way with it. */
  fail(error: ClientError): void {
    const call = this.#call;
    this.end();
    if (call !== 0) this.#port.settle(call, { op: 'authenticate', ok: false, error });
  }

  private satisfied(data: Uint8Array | undefined): boolean {
    const satisfied = this.#exchange!.accept(data);
    if (!satisfied) this.#port.unproved(this.distrust());
    return satisfied;
  }

  private distrust(): ClientError {
    return { kind: 'refused', message: `the server does not satisfy '${this.#method.name}'` };
  }

  private end(): void {
    this.#call = 0;
    this.#exchange = undefined;
  }

  /** The client continues as the server does [5.0/MQTT-4.12.0-3]. */
  private send(reasonCode: number, data: Uint8Array | undefined): void {
    this.#port.send({ type: 'auth', reasonCode, properties: this.properties(data) });
  }

  private properties(authenticationData: Uint8Array | undefined): ConnectProperties {
    const authenticationMethod = this.#method.name;
    return authenticationData === undefined
      ? { authenticationMethod }
      : { authenticationMethod, authenticationData };
  }
}
