/** Streams: what has to keep its order, messages of one publisher with one topic and QoS. */
import type { QoS } from '../mqtt/codec/packet.ts';
import type { Stream } from './message.ts';

/** Streams whose order is followed at once. */
const STREAMS = 65_536;
const QOS_NAMES = ['0 ', '1 ', '2 '] as const;

export class Streams {
  readonly #streams = new Map<string, Map<string, Stream>>();
  #count = 0;

  of(publisher: string, topic: string, qos: QoS): Stream {
    if (this.#count >= STREAMS) {
      // Forgetting a stream only means that its next message is compared with none before.
      this.#streams.clear();
      this.#count = 0;
    }
    let streams = this.#streams.get(publisher);
    if (streams === undefined) {
      streams = new Map();
      this.#streams.set(publisher, streams);
    }
    const name = QOS_NAMES[qos] + topic;
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = { publisher };
      streams.set(name, stream);
      this.#count++;
    }
    return stream;
  }
}
