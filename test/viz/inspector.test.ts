import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packetSender } from '../../src/mqtt/codec/index.ts';
import type { PacketSent, TraceEvent } from '../../src/trace/event.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { pcapngOf } from '../../src/trace/pcapng.ts';
import { readTrace } from '../../src/trace/reader.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { EventAnswers } from '../../viz/worker/answers/event-answers.ts';
import { CONNECTION_4, CONNECTION_5 } from '../mqtt/codec/every-packet.ts';
import { dissectedByTshark, holdsValue, seenValue } from '../mqtt/codec/tshark.ts';
import { program } from '../programs.ts';
import { DESCRIPTION, publish, Stage } from '../trace/stage.ts';
import { Draughtsman, plantFixture } from './fixture.ts';
import { recorded } from './recorded.ts';
import { accessibilityFaults, show, Viewing } from './viewing.ts';

const viewing = new Viewing();
const directory = mkdtempSync(join(tmpdir(), 'amber-inspector-'));

beforeAll(() => viewing.start());
afterAll(async () => {
  await viewing.end();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => {
  expect(viewing.complaints).toEqual([]);
});

/** The text of a trace file with these events. */
function fileOf(events: readonly TraceEvent[]): string {
  let text = '';
  const header = { format: 'amber-trace', version: 1, level: 'packets', ...DESCRIPTION } as const;
  const writer = new TraceWriter(header, (chunk) => {
    text += chunk;
  });
  for (const event of events) writer.event(event);
  writer.finish({ digest: '0000000000000000', verdict: 'passed' });
  return text;
}

/** Every type of packet of 5.0 and 3.1.1, and a payload of 20,000 bytes. */
function everyPacket(): Stage {
  const stage = new Stage();
  stage.broker('hub');
  stage.client('one');
  for (const [version, packets] of [
    [5, CONNECTION_5],
    [4, CONNECTION_4],
  ] as const) {
    const wire = stage.dial('one', 'hub', version);
    for (const packet of packets) {
      stage.pass(wire, packetSender(packet.type, version) === 'server' ? 'hub' : 'one', packet);
    }
  }
  return stage;
}

function packetsOf(events: readonly TraceEvent[]): PacketSent[] {
  return events.filter((event) => event.k === 'packet.sent');
}

interface ShownField {
  name: string;
  /** Without the bits before it. */
  text: string;
  bits: string;
}

/** The fields as the page shows them. */
function fieldsIn(page: Page): Promise<ShownField[]> {
  return page.$$eval('.fields [role=treeitem]', (items) =>
    items.map((item) => {
      const bits = item.querySelector('.bits')?.textContent ?? '';
      const value = item.querySelector('.value')?.textContent?.trim() ?? '';
      return {
        name: item.querySelector('.name')?.textContent ?? '',
        text: value.slice(bits.length).trim(),
        bits,
      };
    }),
  );
}

/** Offsets of the bytes that are lit. */
function litBytes(page: Page): Promise<number[]> {
  return page.$$eval('.hex .lit', (cells) => cells.map((cell) => Number(cell.getAttribute('data-o'))));
}

function litFields(page: Page): Promise<number[]> {
  return page.$$eval('.fields .lit', (items) => items.map((item) => Number(item.getAttribute('data-field'))));
}

/** How the name of a field begins here, by what tshark calls it. What is not listed may have any: properties share the word Value. */
const NAMES: Readonly<Record<string, string>> = {
  'mqtt.msgtype': 'MQTT Control Packet type',
  'mqtt.dupflag': 'DUP',
  'mqtt.qos': 'QoS',
  'mqtt.retain': 'RETAIN',
  'mqtt.protoname': 'Characters',
  'mqtt.ver': 'Protocol Version',
  'mqtt.conflag.uname': 'User Name Flag',
  'mqtt.conflag.passwd': 'Password Flag',
  'mqtt.conflag.retain': 'Will Retain',
  'mqtt.conflag.qos': 'Will QoS',
  'mqtt.conflag.willflag': 'Will Flag',
  'mqtt.conflag.cleansess': 'Clean S',
  'mqtt.kalive': 'Keep Alive',
  'mqtt.conack.flags.sp': 'Session Present',
  'mqtt.conack.val': 'Connect Return code',
  'mqtt.connack.reason_code': 'Connect Reason Code',
  'mqtt.auth.reason_code': 'Authenticate Reason Code',
  'mqtt.disconnect.reason_code': 'Disconnect Reason Code',
  'mqtt.msgid': 'Packet Identifier',
  'mqtt.msg': 'Payload',
  'mqtt.subscription_options_retain': 'Retain Handling',
  'mqtt.subscription_options_rap': 'Retain As Published',
  'mqtt.subscription_options_nl': 'No Local',
  'mqtt.subscription_options_qos': 'Maximum QoS',
  'mqtt.sub.qos': 'QoS',
  'mqtt.suback.qos': 'Return code',
  'mqtt.property_id': 'Identifier',
};

/** The value that a shown text stands for, as {@link seenValue} has it. */
function valueIn(text: string): number | string {
  const number = /^(0x[0-9a-f]+|\d+)(?= |$)/.exec(text);
  if (number !== null) return Number(number[1]);
  if (text.startsWith('"')) return Buffer.from(JSON.parse(text) as string).toString('hex');
  return text.replaceAll(' ', '');
}

describe('the inspector', () => {
  const stage = everyPacket();
  const executable = program('tshark');

  it.runIf(executable !== undefined)(
    'says of every type of packet what tshark says of it in the exported capture',
    async () => {
      const capture = join(directory, 'every.pcapng');
      writeFileSync(capture, pcapngOf(stage.events));
      const dissected = dissectedByTshark(executable!, capture, 'mqtt');
      const sent = packetsOf(stage.events);
      expect(dissected).toHaveLength(sent.length);
      expect(new Set(sent.map(({ bytes }) => bytes[0]! >> 4)).size).toBe(15);
      const page = await viewing.open(fileOf(stage.events));
      for (const [at, { i, bytes }] of sent.entries()) {
        await show(page, i, 'bytes');
        const shown = await fieldsIn(page);
        const { fields, complaints } = dissected[at]!;
        expect(complaints).toEqual([]);
        let next = 0;
        for (const field of fields.filter(holdsValue)) {
          const wanted = seenValue(field);
          if (wanted === '') continue;
          const name = NAMES[field.name] ?? '';
          // In the order of the bytes, as tshark has them.
          const found = shown.findIndex(
            (each, index) => index >= next && each.name.startsWith(name) && valueIn(each.text) === wanted,
          );
          expect(found, `packet ${i} (${bytes[0]! >> 4}): ${field.name} ${wanted}`).toBeGreaterThanOrEqual(0);
          next = found + 1;
        }
      }
    },
  );

  it('marks exactly the bytes of a field that is chosen, and the field and all its bytes when a byte is', async () => {
    const [connect] = packetsOf(stage.events);
    const page = await viewing.open(fileOf(stage.events));
    await show(page, connect!.i, 'bytes');
    // Every byte is in a field, and each field lights a range without a gap.
    const ranges = new Map<number, number[]>();
    // All of them at once: a hundred trips to the browser say no more.
    const marked = await page.locator('amber-bytes').evaluate(async (view) => {
      const seen: { fields: number[]; bytes: number[] }[] = [];
      const numbers = (selector: string, name: string): number[] =>
        [...view.querySelectorAll(selector)].map((each) => Number(each.getAttribute(name)));
      for (const item of view.querySelectorAll('.fields [role=treeitem]')) {
        (item as unknown as { click(): void }).click();
        await (view as unknown as { updateComplete: Promise<unknown> }).updateComplete;
        seen.push({ fields: numbers('.fields .lit', 'data-field'), bytes: numbers('.hex .lit', 'data-o') });
      }
      return seen;
    });
    for (const [field, { fields, bytes }] of marked.entries()) {
      expect(fields).toEqual([field]);
      for (const [at, offset] of bytes.entries()) expect(offset).toBe(bytes[0]! + at);
      ranges.set(field, bytes);
    }
    const shown = await fieldsIn(page);
    const rangeOf = (name: string): number[] => ranges.get(shown.findIndex((each) => each.name === name))!;
    expect(rangeOf('Type and flags')).toEqual([0]);
    expect(rangeOf('Will QoS')).toEqual(rangeOf('Connect Flags'));
    expect(rangeOf('Keep Alive')).toHaveLength(2);
    expect(shown.find(({ name }) => name === 'Will QoS')).toMatchObject({
      bits: '···10···',
      text: expect.stringMatching(/^2 /),
    });
    // The reverse: a byte lights its innermost field, whole.
    for (const offset of [0, 1, 4, 9, rangeOf('Keep Alive')[1]!, connect!.bytes.length - 1]) {
      await page.locator(`.hex [data-o="${offset}"]`).click();
      const [field] = await litFields(page);
      const lit = await litBytes(page);
      expect(lit).toContain(offset);
      expect(lit).toEqual(ranges.get(field!));
      expect(shown[field!]!.bits).toBe('');
      for (const [other, range] of ranges) {
        if (range.includes(offset) && shown[other]!.bits === '')
          expect(range.length).toBeGreaterThanOrEqual(lit.length);
      }
    }
  });

  it('goes through fields and bytes by keys, pins with Enter, and keeps what is pinned while the pointer is elsewhere', async () => {
    const [connect] = packetsOf(stage.events);
    const page = await viewing.open(fileOf(stage.events));
    await show(page, connect!.i, 'bytes');
    await page.locator('.fields [tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => litFields(page)).toEqual([2]);
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-field="2"]').getAttribute('aria-selected')).toBe('true');
    await page.locator('.hex [tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => litBytes(page)).toEqual([1, 2]);
    expect(await page.locator('.hex [tabindex="0"]').getAttribute('aria-label')).toMatch(
      /^byte 1: [0-9a-f]{2}, Remaining Length$/,
    );
    // The event that is selected stays: arrows belong to the bytes here.
    expect(await page.locator('.inspector-body').getAttribute('data-event')).toBe(`${connect!.i}`);
    await page.getByRole('tab', { name: 'Bytes' }).focus();
    await expect.poll(() => litFields(page)).toEqual([2]);
    // A tab is changed by keys, and told.
    const panel = (): Promise<unknown> =>
      page.locator('amber-trace').evaluate((viewer) => (viewer as unknown as { panel: string }).panel);
    await page.keyboard.press('ArrowRight');
    await expect.poll(panel).toBe('state');
    await page.keyboard.press('End');
    await expect.poll(panel).toBe('raw');
    expect(await page.locator('[role=tab][aria-selected=true]').textContent()).toBe('Raw');
    expect(JSON.parse((await page.locator('.raw-line').textContent())!)).toMatchObject({
      i: connect!.i,
      k: 'packet.sent',
    });
  });

  it('shows a large payload by pages, and counts what it does not show', async () => {
    const large = new Stage();
    large.broker('hub');
    const wire = large.connect(large.client('one'), 'hub');
    large.pass(wire, 'one', publish('large', 'x'.repeat(20_000), 1, 1));
    const { i, bytes } = packetsOf(large.events).at(-1)!;
    const page = await viewing.open(fileOf(large.events));
    await show(page, i, 'bytes');
    expect(await page.locator('.hex [role=gridcell]').count()).toBe(512);
    expect(await page.locator('.pager p').textContent()).toBe(
      `0–511 of ${bytes.length.toLocaleString('en')}`,
    );
    await page.getByRole('button', { name: 'Later bytes' }).click();
    expect(await page.locator('.hex .offset').first().textContent()).toBe('0200');
    for (let turn = 0; turn < 30; turn++) await page.getByRole('button', { name: 'Later bytes' }).click();
    expect(await page.locator('.pager p').textContent()).toContain(
      `; ${(bytes.length - 16_384).toLocaleString('en')} more are not shown`,
    );
  });

  it('tells why: earlier causes back to a root stimulus, and what the event led to, each a step away', async () => {
    const plant = plantFixture();
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    const page = await viewing.open(plant.text);
    await show(page, verdict.i, 'why');
    const chain: TraceEvent[] = [verdict];
    while (chain[0]!.c > 0) chain.unshift(plant.events[chain[0]!.c - 1]!);
    expect(chain.length).toBeGreaterThan(1);
    for (const [at, cause] of chain.entries()) if (at > 0) expect(cause.i).toBeGreaterThan(chain[at - 1]!.i);
    await expect.poll(() => page.locator('amber-why .why:not(.effects) li').count()).toBe(chain.length);
    const root = chain[0]!;
    await page.locator('amber-why .why li button').first().click();
    await page.locator(`.inspector-body[data-event="${root.i}"]`).waitFor();
    const effects = plant.events.filter((event) => event.c === root.i);
    await expect.poll(() => page.locator('amber-why .effects li').count()).toBe(Math.min(20, effects.length));
    expect(await page.locator('amber-why h3 small').textContent()).toBe(`${effects.length}`);
  });

  it('shows the frames and the handshake of a WebSocket as well, field by field', async () => {
    const text = await recorded('websocket.ts');
    const frames = readTrace(Buffer.from(text)).list.filter((event) => event.k === 'websocket.sent');
    const page = await viewing.open(text);
    const request = frames.find(({ what }) => what === 'request')!;
    await show(page, request.i, 'bytes');
    const lines = Buffer.from(request.bytes).toString().split('\r\n').slice(0, -2);
    const shown = await fieldsIn(page);
    expect(
      shown
        .slice(0, lines.length)
        .map(({ name, text: value }, at) => (at === 0 ? value : `${name}: ${value}`)),
    ).toEqual(lines);
    const binary = frames.find(({ what, bytes }) => what === 'binary' && bytes[1]! >= 0x80)!;
    await show(page, binary.i, 'bytes');
    await expect
      .poll(async () => (await fieldsIn(page)).map(({ name }) => name))
      .toEqual([
        'FIN and opcode',
        'FIN',
        'Reserved',
        'Opcode',
        'Mask and length',
        'Mask',
        'Payload length',
        'Masking key',
        'Payload',
      ]);
    await page.locator('.fields [role=treeitem]').nth(7).click();
    expect(await litBytes(page)).toEqual([2, 3, 4, 5]);
  });

  it('tells a chain of thousands of causes by its beginning and its end, and a run of the same by its first and last', () => {
    const d = new Draughtsman();
    d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
    let cause = d.put(0, 'node.crashed', 'hub', undefined, { life: 1 });
    for (let count = 1; count <= 1_000; count++) {
      cause = d.put(0, 'conn.ended', 'hub', cause, { conn: `device-${count}>hub#1`, end: 'crashed' });
    }
    for (let count = 1; count <= 2_000; count++)
      cause = d.put(count, 'note', '', cause, { text: `${count}` });
    const story = readStory(d.finish('a long chain', '1', 'passed'));
    const answers = new EventAnswers({ story: () => story });
    const { causes } = answers.why(1, story.eventCount)!;
    expect(causes.length).toBeLessThan(100);
    expect(causes[0]).toMatchObject({ i: 2, skipped: 0 });
    expect(causes[1]).toMatchObject({ i: 3, skipped: 0 });
    expect(causes[2]).toMatchObject({ i: 1_002, skipped: 998 });
    expect(causes.at(-1)!.i).toBe(story.eventCount);
    expect(causes.length + causes.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(3_001);
    for (const [at, { i }] of causes.entries()) if (at > 0) expect(i).toBeGreaterThan(causes[at - 1]!.i);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('has nothing for axe to find in any tab, %s at %i pixels', async (scheme, width) => {
    const page = await viewing.open(fileOf(stage.events), { scheme, width });
    const [connect] = packetsOf(stage.events);
    for (const tab of ['bytes', 'state', 'why', 'raw']) {
      await show(page, connect!.i, tab);
      expect(await accessibilityFaults(page), tab).toEqual([]);
    }
  });
});
