/** The tap on a direction that carries neither MQTT nor a WebSocket, as HTTP between two hosted nodes: bytes, and nothing is seen in them. */
import { Tap } from '../sim/tap.ts';

export class ByteTap extends Tap {
  write(bytes: Uint8Array): void {
    this.piece(bytes, undefined);
  }

  cutShort(): void {}

  packetsEnding(): [] {
    return [];
  }

  get onlyKeepsAlive(): boolean {
    return this.read === this.written;
  }

  /* Bytes are no units, and those are never told of any. */

  protected sent(): number {
    return 0;
  }
  protected received(): void {}
  protected lost(): void {}
}
