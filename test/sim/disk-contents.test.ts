import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/mqtt/machine.ts';
import { Journal } from '../../src/mqtt/session/journal.ts';
import type { Message } from '../../src/mqtt/session/message.ts';
import { readMessage, writeMessage } from '../../src/mqtt/session/record.ts';
import { MessageRecords, SessionRecords } from '../../src/mqtt/session/session-records.ts';
import { DiskContents } from '../../src/sim/disk-contents.ts';

type Deed = 'put' | 'identify' | 'forget' | 'receive' | 'release' | 'commit' | 'die';
const deed = fc.constantFrom<Deed>('put', 'identify', 'forget', 'receive', 'release', 'commit', 'die');
const message = (topic: string): Message => ({
  topic,
  payload: new Uint8Array(3),
  qos: 2,
  retain: false,
});

describe('what lies on a disk', () => {
  test('is what an ordered log of keys and bytes leaves, though nothing was written down until somebody read it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(deed, fc.integer({ min: 1, max: 4 })), { maxLength: 60 }), (deeds) => {
        const contents = new DiskContents();
        const expected = new Map<string, Uint8Array>();
        const written: Batch[] = [];
        const journal = new Journal('sync', (batch) => {
          for (const [key, value] of batch) {
            if (value === null) expected.delete(key);
            else expected.set(key, value);
          }
          written.push(batch);
        });
        const newLife = () => {
          contents.spellOut();
          return new SessionRecords(
            journal,
            's/',
            new MessageRecords<Message>({ write: writeMessage, read: readMessage }),
          );
        };
        let records = newLife();
        for (const [what, number] of deeds) {
          if (what === 'put' && !expected.has(`s/out/${number}`))
            records.putMessage(number, message(`${number}`));
          else if (what === 'identify' && !expected.has(`s/id/${number}`)) records.putIdentifier(number, 7);
          else if (what === 'forget') records.deleteMessage(number);
          else if (what === 'receive' && !expected.has(`s/in/${number}`)) records.putReceived(number);
          else if (what === 'release') records.deleteReceived(number);
          journal.commit();
          if (what !== 'commit' && what !== 'die') continue;
          for (const batch of written.splice(0)) contents.apply(batch);
          if (what === 'die') records = newLife();
          expect(new Map([...contents.read()].sort())).toEqual(new Map([...expected].sort()));
        }
      }),
      { seed: 20, numRuns: 500 },
    );
  });
});
