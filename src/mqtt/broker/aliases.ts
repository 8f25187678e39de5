/**
 * The Topic Aliases of one connection: those its client has given, and those it was given. Neither outlives
 * the connection [5.0/MQTT-3.3.2-7], and the two directions know nothing of each other.
 */
export class TopicAliases {
  readonly #received = new Map<number, string>();
  readonly #sent = new Map<string, number>();

  /** The topic of a PUBLISH that came with an alias: its own, which the alias means from now on, or what it meant [5.0/MQTT-3.3.2-12]. */
  resolve(alias: number, topic: string): string | undefined {
    if (topic === '') return this.#received.get(alias);
    this.#received.set(alias, topic);
    return topic;
  }

  /** The alias of a topic that was sent with one. */
  get(topic: string): number | undefined {
    return this.#sent.get(topic);
  }

  /** The alias to give to a topic; undefined when all `maximum` are taken, for what was given stays given. */
  next(maximum: number): number | undefined {
    return this.#sent.size < maximum ? this.#sent.size + 1 : undefined;
  }

  /** The client is sent `alias` beside this topic. */
  give(topic: string, alias: number): void {
    this.#sent.set(topic, alias);
  }
}
