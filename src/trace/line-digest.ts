/** What {@link Digest.event} does of an event, of one that was read as a line. */
import type { CommonLines } from './common-lines.ts';
import { CALLED, DELIVERED, type Digest } from './digest.ts';
import { hashText } from './hash.ts';

const PUBLISH = hashText('publish');

/** @param head of the packet that is received, if one is: see `headOf` */
export function digestLine(digest: Digest, line: CommonLines, head: number): void {
  const { bytes, call, conn, length, node, qos, retain, t, text } = line;
  switch (line.kind) {
    case 'packet.received':
      digest.headReceived(t, node.hash, conn.hash, head);
      return;
    case 'packet.sent':
      digest.packetSent(t, node.hash, conn.hash, bytes, length);
      return;
    case 'app.settled':
      digest.settled(t, node.hash, call, line.ok ? 'ok' : 'failed');
      return;
    case 'app.call':
      digest.begin(CALLED, t, node.hash);
      digest.word(call);
      digest.hash(PUBLISH);
      digest.message(text.hash, bytes, length, qos, retain);
      break;
    case 'app.delivered':
      digest.begin(DELIVERED, t, node.hash);
      digest.message(text.hash, bytes, length, qos, retain);
      digest.word(line.dup ? 1 : 0);
      break;
  }
  digest.end();
}
