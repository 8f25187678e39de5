import { RecordError } from '../session/record.ts';
import { RecoveredHalves } from '../session/session-records.ts';
import type { Copy } from './copy.ts';
import { RETAINED_KEY, type RetainedMessages } from './retained.ts';
import type { Session, SessionHost } from './session.ts';
import { SESSION_KEY, type Sessions } from './sessions.ts';
import { WILL_KEY, type Wills } from './wills.ts';

type Snapshot = Iterable<readonly [key: string, value: Uint8Array]>;

/**
 * Brings back what the disk kept: sessions with their subscriptions and halves, retained messages, wills. Entries are taken in the order of their
 * keys, so that nothing depends on the order of the snapshot.
 *
 * @throws {RecordError} when a value is torn or belongs to nothing: a store that cannot be trusted is not guessed at
 */
export function recoverState(
  snapshot: Snapshot,
  host: SessionHost,
  sessions: Sessions,
  retained: RetainedMessages,
  wills: Wills,
): void {
  const entries = [...snapshot].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const [first] = entries;
  if (first !== undefined) host.journal.recovered(...first);
  const bySessionKey = new Map<string, { session: Session; halves: RecoveredHalves<Copy> }>();
  for (const [key, value] of entries) {
    if (!key.startsWith(SESSION_KEY) || key.includes('/', SESSION_KEY.length)) continue;
    const halves = new RecoveredHalves<Copy>(`${key}/`, host.messageRecords);
    bySessionKey.set(key, { session: sessions.recover(key, value), halves });
  }
  for (const [key, value] of entries) {
    if (key.startsWith(RETAINED_KEY)) retained.recover(key, value);
    else if (key.startsWith(WILL_KEY)) wills.recover(key, value);
    else if (!key.startsWith(SESSION_KEY)) throw new RecordError(key, 'is no key of a broker');
    else {
      const slash = key.indexOf('/', SESSION_KEY.length);
      if (slash < 0) continue;
      const found = bySessionKey.get(key.slice(0, slash));
      if (found === undefined) throw new RecordError(key, 'belongs to no session');
      if (sessions.recoverSubscription(found.session, key, value)) continue;
      if (!found.halves.take(key, value)) throw new RecordError(key, 'is no part of a session');
    }
  }
  for (const { session, halves } of bySessionKey.values()) {
    const outgoing = halves.outgoing();
    if (outgoing.messages.length + outgoing.releases.length > 0) session.outgoing.restore(outgoing);
    const incoming = halves.incoming();
    if (incoming.length > 0) session.incoming.restore(incoming);
  }
}
