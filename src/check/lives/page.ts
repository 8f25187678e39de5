/** The page of a message: its steps in sentences, in their order, and how it ended for each subscriber. */
import { describePayload, describeTime } from '../../trace/describe.ts';
import { within } from './circumstances.ts';
import { type Fate, fateOf, lastWords, wordsOfPublication } from './fate.ts';
import type { Lives } from './lives.ts';
import type { Life, Passage, Place, Publication, Step } from './publication.ts';

/** Plain data. */
export interface MessagePage {
  /** `"21.5" q1 on plant/1` */
  readonly message: string;
  readonly publisher: string;
  /** Where it begins in the trace. */
  readonly event: number;
  /** From its publication to the broker, and back with the answer. */
  readonly steps: readonly Step[];
  /** What became of it when it came to nobody; empty otherwise. */
  readonly text: string;
  readonly lives: readonly {
    readonly to: string;
    readonly fate: Fate;
    readonly steps: readonly Step[];
    /** How it ended, in one or a few sentences. */
    readonly text: string;
  }[];
}

/** @param which only these of its lives; all by default. */
export function pageOf(
  lives: Lives,
  publication: Publication,
  which: (life: Life) => boolean = () => true,
): MessagePage {
  return {
    message: titleOf(publication),
    publisher: publication.publisher,
    event: publication.begun.i,
    steps: stepsOfPublication(lives, publication),
    text: publication.lives.length > 0 ? '' : wordsOfPublication(publication),
    lives: publication.lives.filter(which).map((life) => ({
      to: life.to,
      fate: fateOf(lives, life),
      steps: stepsOfLife(lives, life),
      text: lastWords(lives, life),
    })),
  };
}

/** `"21.5" q1 on plant/1` */
export function titleOf({ payload, qos, retain, topic, kind }: Publication): string {
  const will = kind === 'will' ? ', a will' : '';
  const where = topic === '' ? 'on a topic alias that was not set' : `on ${topic}`;
  return `${describePayload(payload)} q${qos}${retain ? ' retain' : ''} ${where}${will}`;
}

/** What happened around a message, and what was done with it, at most so much of it: the beginning and the end. */
const AROUND_MAX = 24;
const OWN_MAX = 200;

/** From its publication to the broker, and back with the answer. */
export function stepsOfPublication(lives: Lives, publication: Publication): Step[] {
  const { begun, call, settled, passages, steps, arrivals, accepted, qos, kind } = publication;
  const own: Step[] = [...steps, ...passages.flatMap((passage) => stepsOfPassage(lives, passage))];
  if (call !== undefined) {
    own.push(seen(begun, `the application of ${publication.publisher} publishes it (call ${call})`));
  }
  if (settled !== undefined) {
    own.push(seen(settled, `the call ${settled.ok ? 'succeeds' : 'fails'}: ${settled.text}`));
  }
  const first = passages[0];
  const over = (qos === 0 ? arrivals[0] : accepted) ?? (settled?.ok === false ? settled : undefined);
  const around: Step[] = [];
  if (kind === 'message' && first !== undefined) {
    const until = (over ?? lives.end).i;
    around.push(...lives.circumstances.between([first.from, first.to], begun.i, until));
    const publisher = lives.brokers.get(first.to)?.subscribers.get(publication.clientId ?? '');
    around.push(...within(publisher?.history, begun.i, until));
  }
  return inOrder(own, around);
}

/** From the broker to one subscriber. */
export function stepsOfLife(lives: Lives, life: Life): Step[] {
  const { publication, passages, delivered, steps, begun, node, overtakenBy } = life;
  const own: Step[] = [...steps, ...passages.flatMap((passage) => stepsOfPassage(lives, passage))];
  for (const { dup, ...place } of delivered) {
    own.push(seen(place, `the application of ${node} is handed it${dup ? ', as a duplicate' : ''}`));
  }
  if (overtakenBy !== undefined) {
    const { arrivals, publisher } = overtakenBy.publication;
    const text = `a later message of ${publisher} (event ${arrivals[0]!.i}) was sent before it (event ${overtakenBy.sendings[0]!.i})`;
    own.push(seen(life.sendings[0]!, text));
  }
  const over = life.settled ?? life.dropped ?? life.sessionEnded;
  if (over === undefined) own.push(seen(lives.end, 'the trace ends'));
  // The end of its session is the last step of it.
  const until = (over ?? lives.end).i + (over === life.sessionEnded ? 1 : 0);
  const broker = publication.broker!;
  const nodes = node === undefined ? [broker] : [broker, node];
  const around = lives.circumstances.between(nodes, begun.i, until);
  const subscriber = lives.brokers.get(broker)?.subscribers.get(life.to);
  around.push(...within(subscriber?.history, begun.i, until));
  return inOrder(own, around);
}

function stepsOfPassage({ seesReading }: Lives, passage: Passage): Step[] {
  const { from, to, packet, end, again } = passage;
  const sends = `${from} sends ${packet} to ${to}${again ? ' again' : ''}`;
  if (end === undefined) return [seen(passage, `${sends}, under way when the trace ends`)];
  if (end.lost !== undefined) {
    return [seen(passage, sends), seen(end, `${to} never reads that ${packet}: lost ${end.lost}`)];
  }
  return [seen(passage, seesReading ? `${sends}, read at ${describeTime(end.t)}` : sends)];
}

function seen({ i, t }: Place, text: string): Step {
  return { i, t, how: 'seen', text };
}

function inOrder(own: Step[], around: Step[]): Step[] {
  const steps = [...cut(around.sort(byPlace), AROUND_MAX), ...cut(own.sort(byPlace), OWN_MAX)];
  return steps.sort(byPlace);
}

function byPlace(a: Step, b: Step): number {
  return a.i - b.i;
}

/** The first and the last of too many steps, and how many were between them. */
function cut(steps: Step[], most: number): Step[] {
  if (steps.length <= most) return steps;
  const half = most / 2;
  const left = steps.slice(half, steps.length - half);
  return [
    ...steps.slice(0, half),
    seen(left[0]!, `${left.length} more steps, up to event ${left.at(-1)!.i}, are left out here`),
    ...steps.slice(steps.length - half),
  ];
}
