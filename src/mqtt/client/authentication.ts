import type { Auth, ConnectProperties } from '../codec/packet.ts';
import type { AuthenticationExchange, AuthenticationMethod, CallId } from './application.ts';

const CONTINUE = 0x18;
const RE_AUTHENTICATE = 0x19;

/** The enhanced authentication of one client: at most one exchange is under way at a time [5.0/4.12]. */
export class Authentication {
  private readonly method: AuthenticationMethod;
  private exchange: AuthenticationExchange | undefined;
  /** Of the re-authentication under way; 0 when there is none. */
  private call: CallId = 0;

  constructor(method: AuthenticationMethod) {
    this.method = method;
  }

  /** Every AUTH, and the CONNACK, has to say this [5.0/MQTT-4.12.0-5]. */
  get name(): string {
    return this.method.name;
  }

  get underWay(): boolean {
    return this.exchange !== undefined;
  }

  get again(): boolean {
    return this.call !== 0;
  }

  /** Begins the exchange of a CONNECT. */
  connect(): ConnectProperties {
    this.exchange = this.method.begin();
    return this.properties(this.exchange.opening);
  }

  /** Begins the exchange of a re-authentication, with the method of the CONNECT [5.0/MQTT-4.12.1-1]. */
  authenticateAgain(call: CallId): Auth {
    this.call = call;
    this.exchange = this.method.begin();
    return { type: 'auth', reasonCode: RE_AUTHENTICATE, properties: this.properties(this.exchange.opening) };
  }

  /** The answer to the server's AUTH, which is to continue [5.0/MQTT-4.12.0-3]; undefined when the method gives up. */
  answer(data: Uint8Array | undefined): Auth | undefined {
    const answer = this.exchange!.answer(data);
    if (answer === 'refused') return undefined;
    return { type: 'auth', reasonCode: CONTINUE, properties: this.properties(answer.data) };
  }

  /** The server is satisfied. Is the method? */
  satisfied(data: Uint8Array | undefined): boolean {
    return this.exchange!.accept(data);
  }

  /** Nothing is under way any more; returns the call of a re-authentication that was, or 0. */
  end(): CallId {
    const { call } = this;
    this.call = 0;
    this.exchange = undefined;
    return call;
  }

  private properties(authenticationData: Uint8Array | undefined): ConnectProperties {
    const authenticationMethod = this.method.name;
    return authenticationData === undefined
      ? { authenticationMethod }
      : { authenticationMethod, authenticationData };
  }
}
