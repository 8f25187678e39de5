/** A client whose server is hostile. */
import type { ProtocolVersion } from '../../src/mqtt/codec/packet.ts';
import { Streams } from '../../src/sim/rng.ts';
import { Rig, SECOND } from '../mqtt/client/rig.ts';
import { parsed } from '../mqtt/codec/mqtt-packet.ts';
import { bytesOf, type Deed, drawDeeds, serverGreeting } from './deeds.ts';
import { Terms } from './terms.ts';

const DEEDS = 120;
const OUTPUTS_AN_INPUT = 2_000;
const QUEUE = 20;
const INFLIGHT = 5;
const WAKES_LIMIT = 8;

/** Each seed is of one version. */
const versionOf = (seed: number): ProtocolVersion => ([3, 4, 5] as const)[seed % 3]!;

export function drawSiege(seed: number): Deed[] {
  return drawDeeds(new Streams(seed).stream('fuzz', 'client'), DEEDS, serverGreeting, [versionOf(seed)]);
}

/** Does it to a client of each version in turn of the seeds; what is wrong, or undefined. */
export function attackClient(deeds: readonly Deed[], seed = 1): string | undefined {
  const luck = new Streams(seed).stream('fuzz', 'machine');
  try {
    return siege(deeds, luck, versionOf(seed));
  } catch (error) {
    return `it throws: ${(error as Error).stack ?? error}`;
  }
}

function siege(
  deeds: readonly Deed[],
  luck: () => number,
  protocolVersion: ProtocolVersion,
): string | undefined {
  const options = {
    protocolVersion,
    cleanStart: false,
    sessionExpiry: 1_000,
    queueLimit: QUEUE,
    inflightLimit: INFLIGHT,
    keepAlive: 10,
    maximumPacketSize: 5_000,
    ...(protocolVersion === 5 ? { receiveMaximum: 4, topicAliasMaximum: 3 } : {}),
  };
  const rig = new Rig(options, { chance: luck });
  let terms = new Terms('server');
  let standing = false;
  rig.connect();
  const outputs = (): string | undefined => {
    if (rig.outputs.length > OUTPUTS_AN_INPUT) return `${rig.outputs.length} outputs for one input`;
    for (const output of rig.outputs) {
      if (output.kind === 'close') standing = false;
      if (output.kind !== 'send') continue;
      const { packet, bytes } = output;
      if (packet.type === 'connect') terms.version = packet.protocolVersion;
      const breach = packet.type === 'connect' ? undefined : terms.breach(packet, bytes.length);
      if (breach !== undefined) return breach;
      const elsewhere = parsed(bytes, protocolVersion);
      if (elsewhere instanceof Error) return `mqtt-packet refuses what is sent: ${elsewhere.message}`;
    }
    rig.forget();
    // What was under way when a session was lost waits again, beyond the limit of what may be asked for.
    if (rig.client.queuedCount > QUEUE + INFLIGHT) return `${rig.client.queuedCount} messages queued`;
    if (rig.pendingWakes.size > WAKES_LIMIT) return `wakes: ${[...rig.pendingWakes.keys()].join(' ')}`;
    return undefined;
  };
  for (const deed of deeds) {
    // Its application goes on as if nothing were.
    if (luck() < 0.2) rig.publish('a', ([0, 1, 2] as const)[Math.floor(luck() * 3)]!);
    if (luck() < 0.1) rig.subscribe('a/#');
    if (luck() < 0.03) rig.unsubscribe('a/#');
    if (rig.client.status === 'waiting') rig.advance(600 * SECOND);
    if (rig.client.status === 'idle') rig.connect();
    if (rig.client.status === 'dialling') {
      terms = new Terms('server');
      standing = true;
      rig.open(rig.dialled, protocolVersion);
    }
    // What it has said so far was said before it hears what comes now.
    const before = outputs();
    if (before !== undefined) return before;
    if (deed.do === 'wait') rig.advance(deed.millis * 1_000);
    else if (deed.do === 'lose') {
      if (standing) rig.cut();
      standing = false;
    } else if (standing) {
      terms.version ??= protocolVersion;
      const bytes = bytesOf(deed.hex);
      terms.heard(bytes);
      rig.receiveBytes(rig.dialled, bytes);
    }
    const wrong = outputs();
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
