/** What a script says about a link, as the numbers that a direction works with and as words that a person reads. */
import type { Jitter } from './jitter.ts';
import type { LinkOptions } from './link.ts';
import type { Loss } from './loss.ts';
import type { TcpOptions } from './tcp/index.ts';
import { type Duration, formatDuration, parseDuration } from './time.ts';
import type { WebSocketSettings } from './websocket-carriage.ts';

export const TRANSPORTS = ['tcp', 'ideal'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** What a script says about a link. Both directions are alike, with luck of their own. */
export interface LinkSpecification {
  /** One way; a pair draws evenly between its two. Default `'1ms'`. */
  latency?: Duration | readonly [least: Duration, most: Duration];
  jitter?: Jitter;
  /** Probability that a segment is lost, or bursts of loss. Default 0. */
  loss?: Loss;
  /** Bits per second. Default: no limit. */
  rate?: number;
  queue?: NonNullable<LinkOptions['queue']>;
  /** Jitter may let a segment overtake another. Default false. */
  reorder?: boolean;
  /** Default: that of the world. */
  transport?: TransportName;
  tcp?: TcpOptions;
  /** A middlebox on the way forgets connections that were idle for so long. */
  nat?: { idle: Duration; answer?: NatAnswer };
  /** Machines at both ends speak MQTT over WebSocket. A raw peer has to speak it itself. Default false. */
  websocket?: boolean | WebSocketSettings;
}

/** What becomes of a segment whose connection a middlebox has forgotten: nothing, or a reset to who sent it. */
export type NatAnswer = 'silence' | 'reset';

const DEFAULT_LATENCY: Duration = '1ms';

/**
 * The same for each direction.
 *
 * @param link its name, for errors.
 * @throws RangeError for latencies that contradict each other or a jitter.
 */
export function linkOptions(specification: LinkSpecification, link: string): LinkOptions {
  const { latency = DEFAULT_LATENCY, jitter, loss, rate, queue, reorder } = specification;
  const [least, most] = isRange(latency) ? latency : [latency, latency];
  const latencyMicros = parseDuration(least, `latency of link ${link}`);
  const widthMicros = parseDuration(most, `latency of link ${link}`) - latencyMicros;
  if (widthMicros < 0) throw new RangeError(`latency of link ${link}: ${least} is more than ${most}`);
  if (widthMicros > 0 && jitter !== undefined) {
    throw new RangeError(`link ${link} has both a range of latencies and a jitter; give one of them`);
  }
  const options: LinkOptions = { latencyMicros };
  if (widthMicros > 0) options.jitter = { kind: 'uniform', widthMicros };
  if (jitter !== undefined) options.jitter = jitter;
  if (loss !== undefined) options.loss = loss;
  if (rate !== undefined) options.rate = rate;
  if (queue !== undefined) options.queue = queue;
  if (reorder !== undefined) options.reorder = reorder;
  return options;
}

function isRange(
  latency: Duration | readonly [Duration, Duration],
): latency is readonly [Duration, Duration] {
  return Array.isArray(latency);
}

/** In words a script would use. */
export function describe(specification: LinkSpecification, transport: TransportName): string {
  const { latency = DEFAULT_LATENCY, jitter, loss, rate, reorder, nat, websocket = false } = specification;
  const words = [transport, `latency ${isRange(latency) ? latency.join(' to ') : latency}`];
  if (jitter !== undefined && jitter.kind !== 'none') words.push(`${jitter.kind} jitter`);
  if (typeof loss === 'number' && loss > 0) words.push(`loss ${loss}`);
  if (typeof loss === 'object') {
    words.push(
      `bursts of loss, ${formatDuration(loss.badMicros)} in ${formatDuration(loss.goodMicros + loss.badMicros)}`,
    );
  }
  if (rate !== undefined) words.push(`${rate} bit/s`);
  if (reorder === true) words.push('reorders');
  if (websocket !== false) words.push('WebSocket');
  if (nat !== undefined) words.push(`NAT forgets after ${nat.idle}`);
  return words.join(', ');
}
