/**
 * Addresses of hosts, for code that wants to see some: 10.x.y.z by the name, so that a node more or less leaves the others theirs.
 * An address is given out when it is first asked for.
 */
import { hashString } from './rng.ts';

const BITS = 24;
const HOSTS = 16_777_216;

export class Addresses {
  readonly #knows: (name: string) => boolean;
  readonly #byName = new Map<string, string>();
  readonly #byAddress = new Map<string, string>();

  constructor(knows: (name: string) => boolean) {
    this.#knows = knows;
  }

  /** Undefined when no host has the name. */
  of(name: string): string | undefined {
    const known = this.#byName.get(name);
    if (known !== undefined || !this.#knows(name)) return known;
    let number = hashString(name) >>> (32 - BITS);
    // Two names may hash alike; whoever is asked for later takes the next.
    while (this.#byAddress.has(dotted(number))) number = (number + 1) % HOSTS;
    const address = dotted(number);
    this.#byName.set(name, address);
    this.#byAddress.set(address, name);
    return address;
  }

  /** Undefined when the address was never given out. */
  nameAt(address: string): string | undefined {
    return this.#byAddress.get(address);
  }
}

function dotted(number: number): string {
  return `10.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
}
