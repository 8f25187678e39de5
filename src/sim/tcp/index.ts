/** Virtual TCP: what the network makes ends with. What it models, leaves out and how near it comes is in docs/tcp.md. */
import type { TransportEnd, TransportSink } from '../transport.ts';
import { TcpEnd, type TcpOptions } from './end.ts';

export type { TcpOptions } from './end.ts';
export { bytesOnWire, resetFor, segmentKey } from './segments.ts';
export { SEND_BUFFER_BYTES } from './sender.ts';

/** One end of a connection; the end of a listener is made when a SYN arrives, and is fed it first. */
export function createTcpEnd(options: TcpOptions, sink: TransportSink): TransportEnd {
  return new TcpEnd(options, sink);
}
