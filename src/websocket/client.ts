import { newKey } from './key.ts';
import { outcomeOf, requestBytes, type UpgradeRequest } from './upgrade.ts';
import { WebSocket, type WebSocketSink } from './web-socket.ts';

export interface WebSocketClientOptions {
  /** For the Host field: a name, with a port unless it is 80. */
  host: string;
  /** Begins with a slash. */
  path: string;
  /** In the order of preference. */
  subprotocols: readonly string[];
  /** Draws from [0, 1), for the key and the masks. */
  chance: () => number;
  /** Bytes of one message from the server. */
  longestMessage?: number;
}

/** The end that dialled: it asks for the upgrade and masks what it sends. */
export class WebSocketClient extends WebSocket {
  readonly #request: UpgradeRequest;
  readonly #chance: () => number;

  constructor(options: WebSocketClientOptions, sink: WebSocketSink) {
    super(sink, false, options.longestMessage);
    const { host, path, subprotocols, chance } = options;
    this.#request = { host, path, subprotocols, key: newKey(chance) };
    this.#chance = chance;
  }

  opened(): void {
    this.sink.send(requestBytes(this.#request));
  }

  protected shakeHands(head: Uint8Array): string | undefined {
    const outcome = outcomeOf(head, this.#request);
    if ('subprotocol' in outcome) return outcome.subprotocol;
    this.refuse(outcome.problem);
    return undefined;
  }

  protected refuseLongHead(): void {
    this.refuse('the answer to the upgrade is too long');
  }

  protected newMask(): Uint8Array {
    const mask = new Uint8Array(4);
    for (let i = 0; i < 4; i++) mask[i] = Math.floor(this.#chance() * 256);
    return mask;
  }

  /** Section 7.1.1: the server closes TCP first, so that the client holds no port that it could use again. */
  protected closed(): void {}
}
