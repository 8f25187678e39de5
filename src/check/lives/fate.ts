/** What became of a message for one subscriber: in a word, and in the sentences of an obituary. */
import { packetName } from '../../mqtt/codec/packet-type.ts';
import { describeOften, describeTime } from '../../trace/describe.ts';
import { within } from './circumstances.ts';
import type { Lives } from './lives.ts';
import type { Life, Passage, Publication, Step } from './publication.ts';

export type Fate =
  | 'delivered'
  | 'late'
  | 'changed'
  | 'doubled'
  | 'not handed over'
  | 'under way'
  | 'lost'
  | 'never sent'
  | 'not kept'
  | 'dropped'
  | 'expired'
  | 'refused'
  | 'cancelled';

export function fateOf(lives: Lives, life: Life): Fate {
  const { delivered, sendings, dropped, passages, qos, away } = life;
  if (delivered.length > 1 || sendings.length > Math.max(1, life.expected)) return 'doubled';
  if (life.read !== undefined) {
    const { node } = life;
    if (delivered.length === 0 && node !== undefined && lives.applications.has(node))
      return 'not handed over';
    if (life.changed !== undefined) return 'changed';
    return life.overtakenBy === undefined ? 'delivered' : 'late';
  }
  if (dropped !== undefined) return dropped.step;
  if (life.publication.refused !== undefined) return 'refused';
  if (life.publication.cancelled !== undefined) return 'cancelled';
  const sent = passages.findLast(({ type }) => type === 'publish');
  if (sent !== undefined) return sent.end === undefined ? 'under way' : 'lost';
  if (qos === 0 && away) return 'not kept';
  return 'never sent';
}

/** One or a few sentences: how it ended, where and why. */
export function lastWords(lives: Lives, life: Life): string {
  const fate = fateOf(lives, life);
  const words: string[] = [];
  switch (fate) {
    case 'delivered':
    case 'late':
    case 'changed':
      words.push(lives.seesReading || life.delivered.length > 0 ? arrival(life) : passing(life));
      break;
    case 'doubled':
      words.push(...doubled(life));
      break;
    case 'not handed over':
      words.push(
        `${life.to} read it at ${describeTime(life.read!.t)}, and its application was never handed it.`,
      );
      break;
    case 'dropped':
    case 'expired':
      words.push(`${life.dropped!.by} gave it up at ${describeTime(life.dropped!.t)}: ${life.dropped!.why}.`);
      break;
    case 'refused':
      words.push(`${life.publication.broker} refused it with ${life.publication.refused}.`);
      break;
    case 'cancelled':
      words.push(sentence(life.publication.cancelled!));
      break;
    case 'not kept':
      words.push(`${life.to} was away when it came, and at QoS 0 nothing is kept for who is away.`);
      break;
    default:
      words.push(...unfinished(lives, life));
  }
  if (life.changed !== undefined) {
    words.push(
      `What ${life.publication.broker} sent at ${describeTime(life.changed.t)} has other properties than what was published.`,
    );
  }
  if (fate === 'late') {
    const { publication, sendings } = life.overtakenBy!;
    const later = `a later message of ${publication.publisher} (event ${publication.arrivals[0]!.i})`;
    words.push(`It came after ${later}, which was sent at ${describeTime(sendings[0]!.t)}.`);
  }
  return words.join(' ');
}

/** What became of a message that no broker took to anybody. */
export function wordsOfPublication(publication: Publication): string {
  const { publisher, broker, kind, arrivals, passages, settled, refused, lives } = publication;
  if (lives.length > 0) return wayOf(publication);
  if (refused !== undefined) return `${broker} refused it with ${refused}.`;
  if (arrivals.length > 0) return 'Nobody was subscribed to its topic when it came.';
  if (kind === 'unknown') return 'Nobody was seen to publish it.';
  const sent = passages.findLast(({ type }) => type === 'publish');
  if (sent?.end?.lost !== undefined) {
    return `It never came to its broker: ${sent.packet} was lost ${sent.end.lost}, at ${describeTime(sent.end.t)}.`;
  }
  if (sent !== undefined) return 'It was under way to its broker when the trace ends.';
  const why = settled?.ok === false ? `: ${settled.text}` : '';
  return `${publisher} never sent it${why}.`;
}

/** How often it went over the first hop, and whom it went to from there. */
function wayOf({ publisher, broker, passages, arrivals, lives, kind }: Publication): string {
  const went = `From there it went to ${[...new Set(lives.map(({ to }) => to))].join(', ')}.`;
  const sent = passages.filter(({ type }) => type === 'publish');
  if (kind !== 'message' || sent.length === 0) return '';
  return `${publisher} sent it to ${broker} ${describeOften(sent.length)}, and it came ${describeOften(arrivals.length)}. ${went}`;
}

function arrival(life: Life): string {
  const { delivered, publication, to, passages } = life;
  const place = delivered[0] ?? life.read!;
  const what = delivered.length > 0 ? `The application of ${to} was handed it` : `${to} read it`;
  const took = place.t - publication.begun.t;
  const sendings = passages.filter(({ type }) => type === 'publish').length;
  const after =
    publication.kind === 'message' && life.claim !== 'retained'
      ? `, ${describeTime(took)} after it was published`
      : '';
  const repeated = sendings > 1 ? ` It was sent ${describeOften(sendings)}.` : '';
  return `${what} at ${describeTime(place.t)}${after}.${repeated}`;
}

/** As {@link arrival}, where nobody saw its client read it. */
function passing({ publication, passages, to, settled }: Life): string {
  const sent = passages.findLast(({ type }) => type === 'publish')!;
  const answered =
    settled === undefined || sent.packetId === 0
      ? ''
      : `, which acknowledged it at ${describeTime(settled.t)}`;
  return `${publication.broker} sent it to ${to} at ${describeTime(sent.t)}${answered}.`;
}

function doubled(life: Life): string[] {
  const { delivered, to, sendings, publication, passages } = life;
  const { arrivals, broker } = publication;
  const words: string[] = [];
  if (delivered.length > 1) {
    words.push(
      `The application of ${to} was handed it ${describeOften(delivered.length)}, at ${listed(delivered)}.`,
    );
  }
  if (sendings.length > 1) {
    const came = publication.kind === 'will' ? 'was due' : `came to ${broker}`;
    const packets = sendings.map(({ packet, t }) => `${packet} at ${describeTime(t)}`).join(', ');
    words.push(
      `${broker} sent it ${describeOften(sendings.length)} as a message of its own (${packets}); it ${came} ${describeOften(arrivals.length)}.`,
    );
    const repeated = readIn(publication.passages)[1];
    if (arrivals.length > 1 && repeated !== undefined) {
      const why = unacknowledged(publication.passages, repeated);
      words.push(
        `${publication.publisher} sent it to ${broker} again at ${describeTime(repeated.t)}, ${why}.`,
      );
      if (publication.qos === 2) words.push('At QoS 2 what comes again before PUBREL is the same message.');
    }
    if (isAllowed(life)) words.push('At QoS 1 that is allowed.');
    return words;
  }
  const again = passages.find((passage) => passage.again);
  if (again === undefined) {
    words.push(`${broker} sent it once.`);
    return words;
  }
  words.push(`${broker} sent it again at ${describeTime(again.t)}, ${unacknowledged(passages, again)}.`);
  if (isAllowed(life)) words.push('At QoS 1 that is allowed.');
  if (life.qos === 2) words.push('At QoS 2 what comes again before PUBREL is the same message.');
  return words;
}

/** Whether no more copies came than the hops before had, and QoS 1 lets each of them repeat what was not acknowledged. */
function isAllowed({ qos, sendings, expected, delivered, passages }: Life): boolean {
  return qos === 1 && sendings.length <= expected && delivered.length <= readIn(passages).length;
}

/** The PUBLISHes that came. */
function readIn(passages: readonly Passage[]): Passage[] {
  return passages.filter(
    ({ type, end }) => type === 'publish' && end !== undefined && end.lost === undefined,
  );
}

/** Why a PUBLISH was sent again: what became of the one before, or of the answer to it. */
function unacknowledged(passages: readonly Passage[], again: Passage): string {
  const { to } = again;
  const before = passages.findLast(({ i, type }) => i < again.i && type !== 'pubrel' && type !== 'pubcomp');
  if (before === undefined || before.end === undefined) return `for ${to} had not acknowledged it`;
  const name = packetName(before.type);
  if (before.type === 'publish') {
    if (before.end.lost !== undefined) return `for the PUBLISH before was lost ${before.end.lost}`;
    return `for ${to} had not acknowledged it`;
  }
  if (before.end.lost === undefined) return `though ${to} had sent ${name} at ${describeTime(before.t)}`;
  return `for the ${name} that ${to} had sent at ${describeTime(before.t)} was lost ${before.end.lost}`;
}

/** How far it came, and what befell it there. */
function unfinished(lives: Lives, life: Life): string[] {
  const { publication, to, passages, diskLost, sessionEnded, waiting } = life;
  const broker = publication.broker!;
  const words: string[] = [];
  const sent = passages.findLast(({ type }) => type === 'publish');
  if (sent !== undefined) {
    const lost =
      sent.end?.lost === undefined ? '' : `; it was lost ${sent.end.lost}, at ${describeTime(sent.end.t)}`;
    words.push(`${broker} sent it to ${to} at ${describeTime(sent.t)} as ${sent.packet}${lost}.`);
  } else {
    const had = publication.kind === 'will' ? 'It was due' : `${broker} had it`;
    words.push(`${had} at ${describeTime(life.begun.t)}, and ${broker} never sent it to ${to}.`);
  }
  if (diskLost !== undefined) words.push(sentence(diskLost));
  const limit = lives.brokers.get(broker)?.promises?.queueLimit ?? Number.POSITIVE_INFINITY;
  if (sent === undefined && waiting >= limit) {
    words.push(`${waiting} messages waited for ${to} when it came, and ${broker} keeps ${limit}.`);
  }
  const dies = publication.begun.t + publication.expiry * 1_000_000;
  if (dies <= lives.end.t) words.push(`It was to expire at ${describeTime(dies)}.`);
  if (sessionEnded !== undefined)
    words.push(sentence(sessionEnded), 'The session that it waited in was gone.');
  else if (sent?.end !== undefined || sent === undefined) words.push(...sinceThen(lives, life, sent));
  return words;
}

/** What the subscriber did while it might have been sent. */
function sinceThen(lives: Lives, { publication, to, begun }: Life, sent: Passage | undefined): string[] {
  const subscriber = lives.brokers.get(publication.broker!)?.subscribers.get(to);
  if (subscriber === undefined) return [];
  const last = subscriber.history.at(-1);
  const after = within(subscriber.history, (sent ?? begun).i, lives.end.i + 1);
  if (subscriber.conn === undefined) {
    return last === undefined ? [] : [sentence(last), `${to} was away when the trace ends.`];
  }
  if (after.length === 0) return [`${to} was connected all the time, on ${subscriber.conn}.`];
  const again = sent === undefined ? ', and it was not sent' : ', and it was not sent again';
  return [`${sentence(last!).slice(0, -1)}${again}.`];
}

function sentence({ t, text }: Step): string {
  return `At ${describeTime(t)} ${text}.`;
}

function listed(places: readonly { readonly t: number }[]): string {
  const times = places.map(({ t }) => describeTime(t));
  return `${times.slice(0, -1).join(', ')} and ${times.at(-1)}`;
}
