/** Streams: what has to keep its order, messages of one publisher with one topic and QoS. */
import type { QoS } from '../../mqtt/codec/packet.ts';
import type { Stream } from './message.ts';

/** Streams whose order is followed at once. */
const STREAMS = 65_536;

export class Streams {
  /** By publisher, topic and QoS. */
  readonly #streams = new Map<string, Map<string, (Stream | undefined)[]>>();
  #count = 0;

  of(publisher: string, topic: string, qos: QoS): Stream {
    if (this.#count >= STREAMS) {
      // Forgetting a stream only means that its next message is compared with none before.
      this.#streams.clear();
      this.#count = 0;
    }
    let topics = this.#streams.get(publisher);
    if (topics === undefined) {
      topics = new Map();
      this.#streams.set(publisher, topics);
    }
    let streams = topics.get(topic);
    if (streams === undefined) {
      streams = [undefined, undefined, undefined];
      topics.set(topic, streams);
    }
    let stream = streams[qos];
    if (stream === undefined) {
      stream = { publisher };
      streams[qos] = stream;
      this.#count++;
    }
    return stream;
  }
}
