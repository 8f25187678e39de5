/** What devices and the dashboard say to each other: the topics, and the state of a lamp. */

export interface State {
  /** Every wish of the dashboard is one higher than the last; a device reports the version it carries out. */
  version: number;
  on: boolean;
  /** 0 to 100. */
  brightness: number;
}

export const topicOf = {
  desired: (id: string) => `devices/${id}/desired`,
  reported: (id: string) => `devices/${id}/reported`,
  online: (id: string) => `devices/${id}/online`,
};

/** The device that a topic is about, and what it says of it; undefined for any other topic. */
export function parseTopic(topic: string): { id: string; says: string } | undefined {
  const match = /^devices\/([^/]+)\/(desired|reported|online)$/.exec(topic);
  return match === null ? undefined : { id: match[1]!, says: match[2]! };
}

/** Undefined for what is no state: anybody can publish anything. */
export function parseState(payload: Uint8Array): State | undefined {
  try {
    const { version, on, brightness } = JSON.parse(new TextDecoder().decode(payload)) as State;
    const valid = Number.isSafeInteger(version) && typeof on === 'boolean' && typeof brightness === 'number';
    return valid ? { version, on, brightness } : undefined;
  } catch {
    return undefined;
  }
}
