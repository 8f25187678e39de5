/**
 * What machines and disks tell of a message: accepted, routed, queued, dropped, expired, written to a disk and safe there, or lost
 * with it. Only a trace of level full has it, and only from machines that tell.
 */
import type { DiskEvent, Told } from '../../trace/event.ts';
import type { Broker } from './broker.ts';
import type { Circumstances } from './circumstances.ts';
import type { Owner } from './connection.ts';
import { Life, type Publication, type Step } from './publication.ts';

/** A message in a batch that is written and not yet safe. */
interface Written {
  readonly batch: number;
  readonly publication: Publication;
}

export class Tales {
  readonly #circumstances: Circumstances;
  /** By node, in the order of their batches. */
  readonly #written = new Map<string, Written[]>();

  constructor(circumstances: Circumstances) {
    this.#circumstances = circumstances;
  }

  /** A machine told a step. @param cause the message that it was at. Gives back the message the step belongs to, if it is known. */
  told(event: Told, broker: Broker | undefined, cause: Owner | undefined): Owner | undefined {
    const { i, t, n, step, text, client, topic } = event;
    const publication = cause instanceof Life ? cause.publication : cause;
    const same = publication?.topic === topic ? publication : undefined;
    const tale: Step = { i, t, how: 'told', text: `${n}: ${step}, ${text}` };
    if (broker === undefined) {
      if (same === undefined) return undefined;
      same.steps.push(tale);
      return same;
    }
    const gone = step === 'dropped' || step === 'expired';
    const subscriber = client === undefined ? undefined : broker.subscribers.get(client);
    if (gone && topic === undefined && step === 'expired' && subscriber !== undefined) {
      broker.endSession(subscriber, tale, i);
      return undefined;
    }
    if (subscriber !== undefined && topic !== undefined && (gone || step === 'queued')) {
      const life =
        same?.lifeOf(client!) ??
        (gone ? [...subscriber.open].find((each) => isGone(each, topic, step, t)) : undefined);
      if (life === undefined) return undefined;
      life.steps.push(tale);
      if (gone) {
        life.dropped = { i, t, step, by: n, why: text };
        subscriber.open.delete(life);
      }
      return life;
    }
    same?.steps.push(tale);
    return same;
  }

  /** A batch was written, or is safe, or is lost. @param publication the message whose arrival it was written for. */
  disk(event: DiskEvent, publication: Publication | undefined): void {
    const { i, t, n, batch } = event;
    const written = this.#written.get(n);
    if (event.k === 'disk.written') {
      if (publication === undefined) return;
      publication.steps.push({ i, t, how: 'told', text: `${n} writes it to its disk, in batch ${batch}` });
      if (written === undefined) this.#written.set(n, [{ batch, publication }]);
      else written.push({ batch, publication });
      return;
    }
    if (written === undefined) return;
    while (written.length > 0 && written[0]!.batch <= batch) {
      const { publication: safe, batch: its } = written.shift()!;
      if (event.k === 'disk.synced') {
        safe.steps.push({ i, t, how: 'told', text: `batch ${its} is safe on the disk of ${n}` });
      }
    }
    if (event.k === 'disk.synced') return;
    for (const { publication: lost, batch: its } of written) {
      const text = `batch ${its}, in which it was, is lost with what the disk of ${n} had not synced`;
      const step: Step = { i, t, how: 'told', text: `${text}${this.#circumstances.blame(event, '', n, n)}` };
      lost.steps.push(step);
      for (const life of lost.lives) if (!life.over) life.diskLost = step;
    }
    written.length = 0;
  }

  /** A machine begins anew, and counts its batches from 1. */
  started(n: string): void {
    this.#written.delete(n);
  }
}

/** Whether a life that waits may be the one that was given up. */
function isGone(life: Life, topic: string, step: string, t: number): boolean {
  const { publication, sendings } = life;
  if (life.over || publication.topic !== topic || sendings.length > 0) return false;
  return step !== 'expired' || publication.arrivals[0]!.t + publication.expiry * 1_000_000 <= t;
}
