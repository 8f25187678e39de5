/**
 * What is open on a connection of a hosted node, as its packets show it: there is no machine of ours to ask what it waits for.
 *
 * An exchange opens with the packet that begins it and closes with the one that ends it, both when they are written: what is written and
 * not read is a debt of its own. What a DISCONNECT leaves behind nobody waits for. Keep-alives are not followed, they go on for ever.
 */

const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const PUBREC = 5;
const PUBREL = 6;
const PUBCOMP = 7;
const SUBSCRIBE = 8;
const SUBACK = 9;
const UNSUBSCRIBE = 10;
const UNSUBACK = 11;
const DISCONNECT = 14;

/** One side of a connection: what it began and has no end yet, by Packet Identifier, and which packet it waits for. */
type Open = Map<number, string>;

export class Exchanges {
  readonly #ofDialler: Open = new Map();
  readonly #ofListener: Open = new Map();
  /** The dialler has written CONNECT, and no CONNACK came. */
  #connecting = false;
  /** A CONNECT came first: before, it may be anything. */
  #isMqtt = false;
  #over = false;
  /** Seconds of Keep Alive that CONNECT asked for; 0 is none. */
  keepAlive = 0;
  readonly #dialler: string;

  /** @param dialler the node that dialled the connection; the other one is another. */
  constructor(dialler: string) {
    this.#dialler = dialler;
  }

  /** True once a DISCONNECT was written: who ends a connection like that does not mean to come back at once. */
  get over(): boolean {
    return this.#over;
  }

  /** What a node at one side waits for. */
  awaitedBy(node: string): readonly string[] {
    const isDialler = node === this.#dialler;
    const open = isDialler ? this.#ofDialler : this.#ofListener;
    if (this.#over || (open.size === 0 && !this.#connecting)) return NOTHING;
    const awaited = [...open].map(([id, what]) => `the ${what} of #${id}`);
    return isDialler && this.#connecting ? ['the CONNACK', ...awaited] : awaited;
  }

  /** A node has written a packet. */
  wrote(node: string, packet: Uint8Array): void {
    const byDialler = node === this.#dialler;
    if (!this.#isMqtt && !(byDialler && packet[0]! >> 4 === CONNECT)) return;
    const mine = byDialler ? this.#ofDialler : this.#ofListener;
    const others = byDialler ? this.#ofListener : this.#ofDialler;
    switch (packet[0]! >> 4) {
      case CONNECT:
        this.#isMqtt = true;
        this.#connecting = true;
        this.keepAlive = keepAliveOf(packet);
        return;
      case CONNACK:
        this.#connecting = false;
        return;
      case DISCONNECT:
        this.#over = true;
        return;
      case PUBLISH: {
        const qos = (packet[0]! >> 1) & 3;
        if (qos > 0) mine.set(publishId(packet), qos === 1 ? 'PUBACK' : 'PUBREC');
        return;
      }
      case SUBSCRIBE:
        mine.set(idAt(packet, bodyOf(packet)), 'SUBACK');
        return;
      case UNSUBSCRIBE:
        mine.set(idAt(packet, bodyOf(packet)), 'UNSUBACK');
        return;
      case PUBREL:
        mine.set(idAt(packet, bodyOf(packet)), 'PUBCOMP');
        return;
      case PUBREC: {
        const id = idAt(packet, bodyOf(packet));
        if (!others.has(id)) return;
        if (refuses(packet)) others.delete(id);
        // Whoever has read it goes on with PUBREL; whoever wrote it waits for that.
        else others.set(id, 'PUBCOMP');
        return;
      }
      case PUBACK:
      case PUBCOMP:
      case SUBACK:
      case UNSUBACK:
        others.delete(idAt(packet, bodyOf(packet)));
        return;
    }
  }
}

const NOTHING: readonly string[] = [];

/** Offset of what follows the fixed header. */
function bodyOf(packet: Uint8Array): number {
  let at = 1;
  while (packet[at]! >= 0x80) at++;
  return at + 1;
}

function idAt(packet: Uint8Array, at: number): number {
  return (packet[at] ?? 0) * 256 + (packet[at + 1] ?? 0);
}

function publishId(packet: Uint8Array): number {
  const at = bodyOf(packet);
  return idAt(packet, at + 2 + idAt(packet, at));
}

/** Whether a PUBREC has a reason code that ends the exchange [5.0/3.5.2.1]. */
function refuses(packet: Uint8Array): boolean {
  return (packet[bodyOf(packet) + 2] ?? 0) >= 0x80;
}

/** After the name of the protocol, its level and the flags [5.0/3.1.2.10]. */
function keepAliveOf(packet: Uint8Array): number {
  const at = bodyOf(packet);
  return idAt(packet, at + 2 + idAt(packet, at) + 2);
}
