/** The other side of a client: the application that calls it and is called by it. */
import type {
  ConnackProperties,
  ProtocolVersion,
  ReasonProperties,
  Subscription,
  UserProperties,
  Will,
} from '../codec/packet.ts';
import type { ConnectionId, Durability, Micros, Sink } from '../machine.ts';
import type { Message } from '../session/message.ts';

/** Numbers the application's calls from 1; every call is settled exactly once, or dies with the machine. */
export type CallId = number;

export interface ClientOptions {
  clientId: string;
  protocolVersion: ProtocolVersion;
  /** Clean Session (3.1, 3.1.1) or Clean Start (5.0) of the first CONNECT; a reconnect after that keeps what lives. */
  cleanStart: boolean;
  /**
   * A session that the server has and this client knows nothing of is taken up, for the messages that wait in it, instead of being
   * discarded. Its state is lost on our side: a QoS 2 message sent later may bear an identifier that the server still remembers.
   */
  adoptSession?: boolean;
  /** Seconds; 0 is off. */
  keepAlive: number;
  /** Seconds, 5.0 only: what CONNECT asks for. Infinity is 0xFFFFFFFF. */
  sessionExpiry: number;
  will?: Will;
  username?: string;
  password?: Uint8Array;
  /** Unacknowledged QoS 1 and 2 PUBLISHes this client sends at most; a 5.0 server may ask for fewer. */
  inflightLimit: number;
  /** Messages kept for sending later, while offline or behind a full window; one more is refused. */
  queueLimit: number;
  /** Without a connection QoS 0 messages are queued (true) or dropped (false). */
  queueQoS0: boolean;
  /** 'off' gives up when the connection is lost. */
  reconnect: ReconnectOptions | 'off';
  /** How long CONNACK, and PINGRESP after PINGREQ, may take before the client closes the connection. */
  connackTimeoutMicros: Micros;
  pingTimeoutMicros: Micros;
  durability: Durability;
  /** Bytes; a larger packet from the server ends the connection. Sent as Maximum Packet Size in 5.0. */
  maximumPacketSize: number;
  /** Unacknowledged QoS 1 and 2 PUBLISHes the server may send, 5.0 only; one more ends the connection. 65,535 by default. */
  receiveMaximum?: number;
  /** The highest number the server may give a topic, 5.0 only; 0, the default, allows none. */
  topicAliasMaximum?: number;
  /** Topics this client numbers at most, 5.0 only, if the server allows it; 0, the default, numbers none. */
  topicAliases?: number;
  /** 5.0 only: asks for what the server has to say of response topics; {@link ClientSink.online} tells it. */
  requestResponseInformation?: boolean;
  /** 5.0 only: false forbids the server reason strings and user properties in all but PUBLISH, CONNACK and DISCONNECT. */
  requestProblemInformation?: boolean;
  /** Of CONNECT, 5.0 only. */
  userProperties?: UserProperties;
  /** Enhanced authentication, 5.0 only; it may stand beside user name and password. */
  authentication?: AuthenticationMethod;
}

/** A method of enhanced authentication [5.0/4.12]: a plug-in without IO, which answers at once. */
export interface AuthenticationMethod {
  /** As server and client call it: `SCRAM-SHA-256`. */
  readonly name: string;
  /** Begins an exchange: for every CONNECT, and for every re-authentication. */
  begin(): AuthenticationExchange;
}

export interface AuthenticationExchange {
  /** Goes into the CONNECT or AUTH that begins the exchange. */
  readonly opening: Uint8Array | undefined;
  /** The server wants to know more, and this is what it says: what to answer, or that the method gives up. */
  answer(data: Uint8Array | undefined): { data?: Uint8Array } | 'refused';
  /** The server is satisfied, and this is its last word: false ends the connection, for it has not proved who it is. */
  accept(data: Uint8Array | undefined): boolean;
}

/** Delay before attempt k: min(maximum, initial * factor^k), times a draw from [1 - jitter, 1]. */
export interface ReconnectOptions {
  initialMicros: Micros;
  maximumMicros: Micros;
  factor: number;
  /** 0 to 1. */
  jitter: number;
}

/** How a call ended. `reason` is what a 5.0 server says of its answer, to people and in user properties. */
export type Outcome =
  | { op: 'connect'; ok: true; sessionPresent: boolean }
  /** QoS 0: written; QoS 1 and 2: acknowledged to the end, with the reason code of PUBACK or PUBREC: 0x10, nobody is subscribed. */
  | { op: 'publish'; ok: true; reasonCode: number }
  | {
      op: 'subscribe';
      ok: boolean /** One a filter: granted QoS, or a failure >= 0x80. */;
      reasonCodes: readonly number[];
      reason?: ReasonProperties;
    }
  | { op: 'unsubscribe'; ok: true; reasonCodes: readonly number[]; reason?: ReasonProperties }
  | { op: 'disconnect'; ok: true }
  | { op: 'authenticate'; ok: true }
  | {
      op: 'connect' | 'publish' | 'subscribe' | 'unsubscribe' | 'disconnect' | 'authenticate';
      ok: false;
      error: ClientError;
    };

/** Why a call failed; closed, so that a script can tell cases apart. */
export interface ClientError {
  kind:
    | 'refused'
    | 'queue-full'
    | 'connection-lost'
    | 'invalid'
    | 'not-connected'
    | 'disconnected'
    | 'packet-too-large'
    | 'expired';
  /** One sentence for people. */
  message: string;
  /** Of what refused: CONNACK, an acknowledgement, DISCONNECT, or this client in place of a server that would have to. */
  reasonCode?: number;
  /** 5.0: what the server says to people, and to applications, of the refusal. */
  reasonString?: string;
  userProperties?: UserProperties;
  /** 5.0: the server to use instead (0x9C for now, 0x9D for good); going there is up to the application. */
  serverReference?: string;
}

/** A message handed to the application. */
export interface Delivery {
  message: Message;
  dup: boolean;
  /** 5.0. */
  subscriptionIdentifiers?: readonly number[];
}

export interface ClientSink extends Sink {
  /**
   * Open connection number `connection` to the server; answered by `opened` or `closed`. `server` is what the application named when it
   * connected, if it did: a Server Reference, or whatever the sink understands.
   */
  dial(connection: ConnectionId, server?: string): void;
  deliver(delivery: Delivery): void;
  settled(call: CallId, outcome: Outcome): void;
  /** The client has its CONNACK; `properties` are what a 5.0 server said in it. */
  online(sessionPresent: boolean, properties?: ConnackProperties): void;
  /**
   * The client has lost what it had, or has given up getting it back; `reason` is one sentence. `cause` is what the server said, where it
   * was the server that ended it.
   */
  offline(reason: string, cause?: ClientError): void;
}

/** How to leave, 5.0 only; before that DISCONNECT says nothing. */
export interface DisconnectRequest {
  /** 0x00 by default; 0x04 lets the server publish the will, and so does every code from 0x80. */
  reasonCode?: number;
  /** Left out, with the user properties, when it would make DISCONNECT longer than the server takes. */
  reasonString?: string;
  /** Seconds the session lasts from now, Infinity for ever; 0 ends it. It cannot be given to a session that had none. */
  sessionExpiry?: number;
  userProperties?: UserProperties;
}

export interface PublishRequest {
  topic: string;
  payload: Uint8Array;
  qos?: 0 | 1 | 2;
  retain?: boolean;
  properties?: Message['properties'];
}

export interface SubscribeRequest {
  subscriptions: readonly Subscription[];
  /** 5.0. */
  subscriptionIdentifier?: number;
  userProperties?: UserProperties;
}
