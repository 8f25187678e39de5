import { describe, expect, it } from 'vitest';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { type Meeting, Table } from '../table.ts';

const SECOND = 1_000_000;

const aliveIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => rule.startsWith('keep-alive.'));

/** A client that announced ten seconds. */
const ten = (meeting: Meeting = {}) =>
  new Table({ ...meeting, connect: { keepAlive: 10, ...meeting.connect } });

function fault(table: Table, family: string, target: string): void {
  table.recorder.emit({ k: 'fault.began', n: '', fault: family, family, target, detail: {} });
}

describe.each([4, 5] as const)('a client of version %i', (v) => {
  const pings = (table: Table, seconds: number) => {
    table.tick(seconds * SECOND);
    table.up({ type: 'pingreq' });
    table.down({ type: 'pingresp' });
  };

  it('sends something within its keep-alive [3.1.1/MQTT-3.1.2-23] [5.0/MQTT-3.1.2-20]', () => {
    const table = ten({ v });
    for (let k = 0; k < 5; k++) pings(table, 10);
    expect(aliveIn(table)).toEqual([]);
    expect(ruleOf(judge(table, false), 'keep-alive.client').reached).toBe(5);
  });

  it('is late when it is silent for longer', () => {
    const table = ten({ v });
    pings(table, 12);
    expect(aliveIn(table)).toEqual(['keep-alive.client']);
  });

  it('is late when it never says anything again', () => {
    const table = ten({ v });
    table.tick(13 * SECOND);
    table.endAt(table.wire, 'c', 'reset');
    expect(aliveIn(table)).toEqual(['keep-alive.client']);
  });

  it('need not when its keep-alive is off, while it waits for PINGRESP, or after a farewell', () => {
    const off = ten({ v, connect: { keepAlive: 0 } });
    pings(off, 1000);
    expect(aliveIn(off)).toEqual([]);
    const waits = ten({ v });
    waits.tick(10 * SECOND);
    waits.up({ type: 'pingreq' });
    waits.tick(14 * SECOND);
    waits.endAt(waits.wire, 'c', 'aborted');
    expect(aliveIn(waits)).toEqual([]);
    const gone = ten({ v });
    gone.up(v === 5 ? { type: 'disconnect', reasonCode: 0 } : { type: 'disconnect' });
    gone.tick(14 * SECOND);
    gone.endAt(gone.wire, 'c', 'closed');
    expect(aliveIn(gone)).toEqual([]);
  });

  it('cannot while it stands still, and is not judged while its clock is wrong', () => {
    const still = ten({ v });
    still.tick(SECOND);
    still.recorder.emit({ k: 'node.paused', n: 'c', life: 1 });
    still.tick(12 * SECOND);
    still.recorder.emit({ k: 'node.resumed', n: 'c', life: 1 });
    pings(still, 0);
    expect(aliveIn(still)).toEqual([]);
    const wrong = ten({ v });
    fault(wrong, 'clock-drift', 'c');
    pings(wrong, 12);
    expect(aliveIn(wrong)).toEqual([]);
    const other = ten({ v });
    fault(other, 'clock-drift', 'hub');
    pings(other, 12);
    expect(aliveIn(other)).toEqual(['keep-alive.client']);
  });
});

describe('a client whose server knows better', () => {
  it('keeps to Server Keep Alive [5.0/MQTT-3.1.2-21] [5.0/MQTT-3.2.2-21]', () => {
    const table = ten({ connack: { properties: { serverKeepAlive: 4 } } });
    table.tick(4 * SECOND);
    table.up({ type: 'pingreq' });
    expect(ruleOf(judge(table, false), 'keep-alive.server-value')).toMatchObject({ reached: 1, broken: 0 });
    table.down({ type: 'pingresp' });
    table.tick(10 * SECOND);
    table.up({ type: 'pingreq' });
    expect(aliveIn(table)).toContain('keep-alive.server-value');
    expect(aliveIn(table)).not.toContain('keep-alive.client');
  });
});

describe.each([4, 5] as const)('a server, of a client of version %i', (v) => {
  /** A client that falls silent, and a server that hears nothing for some seconds and then closes. */
  const silent = (seconds: number, before: (table: Table) => void = () => {}) => {
    const table = ten({ v });
    // The client has gone, and its server does not know.
    table.endAt(table.wire, 'c', 'aborted');
    before(table);
    table.tick(seconds * SECOND);
    return table;
  };

  it('closes after one and a half times the keep-alive [3.1.1/MQTT-3.1.2-24] [5.0/MQTT-3.1.2-22]', () => {
    const table = silent(15);
    table.endAt(table.wire, 'hub', 'aborted');
    expect(aliveIn(table)).toEqual([]);
    expect(ruleOf(judge(table, false), 'keep-alive.server').reached).toBe(1);
  });

  it('may close earlier for another reason, which is no premise', () => {
    const table = silent(9);
    table.endAt(table.wire, 'hub', 'aborted');
    expect(ruleOf(judge(table, false), 'keep-alive.server').reached).toBe(0);
  });

  it('does not close much later, and not never', () => {
    const late = silent(25);
    late.endAt(late.wire, 'hub', 'aborted');
    expect(aliveIn(late)).toEqual(['keep-alive.server']);
    const never = silent(25);
    never.client('somebody');
    expect(aliveIn(never)).toEqual(['keep-alive.server']);
  });

  it('does not go on with what comes much later', () => {
    const table = ten({ v });
    table.tick(30 * SECOND);
    const late = table.send(table.wire, 'c', { type: 'pingreq' });
    table.receive(late);
    expect(aliveIn(table)).toEqual(['keep-alive.client', 'keep-alive.server']);
  });

  it('has its time again when it goes on after a stop, and is not judged while its clock is wrong', () => {
    const stopped = silent(0, (table) => {
      table.recorder.emit({ k: 'node.paused', n: 'hub', life: 1 });
      table.tick(30 * SECOND);
      table.recorder.emit({ k: 'node.resumed', n: 'hub', life: 1 });
    });
    stopped.tick(SECOND);
    stopped.endAt(stopped.wire, 'hub', 'aborted');
    expect(aliveIn(stopped)).toEqual([]);
    const wrong = silent(30, (table) => fault(table, 'clock-drift', 'hub'));
    wrong.endAt(wrong.wire, 'hub', 'aborted');
    expect(aliveIn(wrong)).toEqual([]);
  });

  it('that crashed has closed nothing late', () => {
    const table = silent(2);
    table.crash('hub');
    table.tick(60 * SECOND);
    table.start('hub');
    expect(aliveIn(table)).toEqual([]);
  });
});

describe('a server that says it closes for silence', () => {
  const closes = (seconds: number, meeting: Meeting = {}) => {
    const table = ten(meeting);
    table.endAt(table.wire, 'c', 'aborted');
    table.tick(seconds * SECOND);
    table.send(table.wire, 'hub', { type: 'disconnect', reasonCode: 0x8d });
    return aliveIn(table);
  };

  it.each([
    [15, {}, []],
    [14, {}, ['keep-alive.patience']],
    [10, {}, ['keep-alive.patience']],
    [6, { connack: { properties: { serverKeepAlive: 4 } } }, []],
    [1000, { connect: { keepAlive: 0 } }, ['keep-alive.patience']],
  ] as const)('has waited: %i s', (seconds, meeting, broken) => {
    expect(closes(seconds, meeting)).toEqual(broken);
  });

  it('counts from what it had read, whenever that was sent', () => {
    const table = ten();
    const ping = table.send(table.wire, 'c', { type: 'pingreq' });
    table.tick(10 * SECOND);
    table.receive(ping);
    table.endAt(table.wire, 'c', 'aborted');
    table.tick(10 * SECOND);
    table.send(table.wire, 'hub', { type: 'disconnect', reasonCode: 0x8d });
    expect(aliveIn(table)).toEqual(['keep-alive.patience']);
  });
});
