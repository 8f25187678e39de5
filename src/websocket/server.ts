import { answerTo, refusalOfLongHead, type UpgradeAnswer } from './upgrade.ts';
import { WebSocket, type WebSocketSink } from './web-socket.ts';

export interface WebSocketServerOptions {
  /** Bytes of one message from the client. */
  longestMessage?: number;
}

/** The end that was dialled: it answers the upgrade, on any path, and does not mask. */
export class WebSocketServer extends WebSocket {
  constructor(options: WebSocketServerOptions, sink: WebSocketSink) {
    super(sink, true, options.longestMessage);
  }

  /** The client speaks first. */
  opened(): void {}

  protected shakeHands(head: Uint8Array): string | undefined {
    return this.#answer(answerTo(head));
  }

  protected refuseLongHead(): void {
    this.#answer(refusalOfLongHead());
  }

  #answer({ bytes, subprotocol }: UpgradeAnswer): string | undefined {
    this.sink.send(bytes);
    if (subprotocol === undefined) this.refuse('the upgrade was refused');
    return subprotocol;
  }

  protected newMask(): undefined {}

  protected closed(): void {
    this.sink.finish();
  }
}
