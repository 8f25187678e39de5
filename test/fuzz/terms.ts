/** What a peer has told the machine that it takes, and whether the machine keeps to it. */
import { CodecError, decode, Framer, type Packet, type ProtocolVersion } from '../../src/mqtt/codec/index.ts';

/** One connection, read from both sides. */
export class Terms {
  version: ProtocolVersion | undefined;
  readonly #side: 'client' | 'server';
  #greeted = false;
  #largest = Infinity;
  #aliases = 0;
  #quota = Infinity;
  #hasWords = true;
  readonly #framer = new Framer();
  #lost = false;
  /** Identifiers of PUBLISHes to the peer that it has not answered to the end. */
  readonly #underWay = new Set<number>();

  /** @param side which one the peer plays. */
  constructor(side: 'client' | 'server') {
    this.#side = side;
  }

  /** The peer sends bytes: what it announces, and what it answers, counts. */
  heard(bytes: Uint8Array): void {
    if (this.#lost) return;
    try {
      this.#framer.push(bytes);
      for (let packet = this.#framer.next(); packet !== undefined; packet = this.#framer.next()) {
        this.#learn(decode(packet, this.version ?? 4));
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      // The machine ends the connection; what it still says is said to nobody.
      this.#lost = true;
    }
  }

  #learn(packet: Packet): void {
    // Only the first packet announces anything: another one is a violation.
    if (packet.type === 'connect' && this.#side === 'client' && this.version === undefined) {
      this.version = packet.protocolVersion;
      this.#take(packet.properties);
      this.#hasWords = packet.properties?.requestProblemInformation !== 0;
    } else if (packet.type === 'connack' && this.#side === 'server' && !this.#greeted) {
      this.#greeted = true;
      this.#take(packet.properties);
    } else if (packet.type === 'puback' || packet.type === 'pubcomp') {
      this.#underWay.delete(packet.packetId);
    } else if (packet.type === 'pubrec' && (packet.reasonCode ?? 0) >= 0x80) {
      this.#underWay.delete(packet.packetId);
    }
  }

  #take(
    properties: { maximumPacketSize?: number; topicAliasMaximum?: number; receiveMaximum?: number } = {},
  ): void {
    this.#largest = properties.maximumPacketSize ?? Infinity;
    this.#aliases = properties.topicAliasMaximum ?? 0;
    this.#quota = properties.receiveMaximum ?? 65_535;
  }

  /** What the machine sends is more than the peer takes: in words, or undefined. */
  breach(packet: Packet, length: number): string | undefined {
    if (this.version !== 5 || this.#lost) return undefined;
    if (length > this.#largest) return `${packet.type} of ${length} bytes, ${this.#largest} is the most`;
    if (packet.type !== 'publish') {
      const said = 'properties' in packet ? packet.properties : undefined;
      const wordless = packet.type !== 'connack' && packet.type !== 'disconnect' && packet.type !== 'connect';
      if (!this.#hasWords && wordless && said !== undefined && 'reasonString' in said) {
        return `${packet.type} with a reason string that was not asked for`;
      }
      return undefined;
    }
    const alias = packet.properties?.topicAlias ?? 0;
    if (alias > this.#aliases) return `Topic Alias ${alias}, ${this.#aliases} is the highest`;
    if (packet.qos === 0) return undefined;
    this.#underWay.add(packet.packetId!);
    return this.#underWay.size > this.#quota
      ? `${this.#underWay.size} PUBLISHes under way, ${this.#quota} is the Receive Maximum`
      : undefined;
  }
}
