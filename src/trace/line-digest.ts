/** What {@link Digest.event} does of an event, of one that was read as a line. */
import type { CommonLines } from './common-lines.ts';
import { CODES, type Digest } from './digest.ts';
import { hashText } from './hash.ts';

const PUBLISH = hashText('publish');
const CALL = CODES['app.call']!;
const SETTLED = CODES['app.settled']!;
const DELIVERED = CODES['app.delivered']!;

/** @param head of the packet that is received, if one is: see `headOf` */
export function digestLine(digest: Digest, line: CommonLines, head: number): void {
  const { bytes, call, conn, length, node, t } = line;
  switch (line.kind) {
    case 'packet.received':
      digest.headReceived(t, node.hash, conn.hash, head);
      return;
    case 'packet.sent':
      digest.packetSent(t, node.hash, conn.hash, bytes, length);
      return;
    case 'app.call':
      digest.begin(CALL, t, node.hash);
      digest.word(call);
      digest.hash(PUBLISH);
      digestMessage(digest, line);
      break;
    case 'app.settled':
      digest.begin(SETTLED, t, node.hash);
      digest.word(call);
      digest.word(line.ok ? 1 : 0);
      break;
    case 'app.delivered':
      digest.begin(DELIVERED, t, node.hash);
      digestMessage(digest, line);
      digest.word(line.dup ? 1 : 0);
      break;
  }
  digest.end();
}

/** One without properties. */
function digestMessage(digest: Digest, { bytes, length, qos, retain, text }: CommonLines): void {
  digest.hash(text.hash);
  digest.bytes(bytes, length);
  digest.word(qos | (retain ? 4 : 0));
}
