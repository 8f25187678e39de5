import type { Publish } from '../codec/packet.ts';
import { isWorthAnAlias } from '../session/topic-alias.ts';
import type { Violation } from '../session/violation.ts';

/** The topics a server has numbered on one connection; the next connection begins with none [5.0/MQTT-3.3.2-7]. */
export class InboundAliases {
  readonly #maximum: number;
  /** Comes with the first alias: most connections never see one. */
  #topics: Map<number, string> | undefined;

  /** `maximum` is the Topic Alias Maximum of our CONNECT; every alias up to it is taken [5.0/MQTT-3.3.2-10]. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Learns the alias of a PUBLISH that has one, or puts the topic in its place [5.0/3.3.4]. */
  resolve(publish: Publish): Violation | undefined {
    const alias = publish.properties!.topicAlias!;
    if (alias > this.#maximum) {
      const text =
        this.#maximum === 0
          ? 'a topic alias, and none is allowed'
          : `topic alias ${alias}, and ${this.#maximum} is the highest allowed`;
      return { rules: ['', '5.0/MQTT-3.3.2-11'], text, reasonCode: 0x94 };
    }
    if (publish.topic !== '') {
      this.#topics ??= new Map();
      this.#topics.set(alias, publish.topic);
      return undefined;
    }
    const topic = this.#topics?.get(alias);
    if (topic === undefined) {
      const text = `topic alias ${alias} stands for no topic on this connection`;
      return { rules: ['', '5.0/3.3.4'], text, reasonCode: 0x82 };
    }
    publish.topic = topic;
    return undefined;
  }
}

/**
 * The topics this client has numbered on one connection. When all numbers are given the one whose topic was used longest
 * ago is given anew.
 */
export class OutboundAliases {
  readonly #maximum: number;
  readonly #fits: (packet: Publish) => boolean;
  /** The topic that was used longest ago is first. */
  readonly #aliases = new Map<string, number>();

  /** `maximum` is 1 or more; `fits` says whether the server takes a packet of that length. */
  constructor(maximum: number, fits: (packet: Publish) => boolean) {
    this.#maximum = maximum;
    this.#fits = fits;
  }

  /** The packet with the alias of its topic instead of it, or beside it when the server has to learn the alias. */
  shorten(packet: Publish): Publish {
    const { topic } = packet;
    if (!isWorthAnAlias(topic)) return packet;
    const known = this.#aliases.get(topic);
    if (known !== undefined) {
      this.#aliases.delete(topic);
      this.#aliases.set(topic, known);
      return { ...packet, topic: '', properties: { ...packet.properties, topicAlias: known } };
    }
    const full = this.#aliases.size === this.#maximum;
    const [oldest, given] = full ? this.#aliases.entries().next().value! : ['', this.#aliases.size + 1];
    const introducing = { ...packet, properties: { ...packet.properties, topicAlias: given } };
    // Both in one packet are longer than the topic alone.
    if (!this.#fits(introducing)) return packet;
    if (full) this.#aliases.delete(oldest);
    this.#aliases.set(topic, given);
    return introducing;
  }
}
