/** Traces that pictures are tried on. */
import type { TraceEvent } from '../../../src/trace/event.ts';
import type { Story } from '../../../viz/index/story.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { Draughtsman, type Fixture } from '../fixture.ts';

/** Names that would break out of a text, a tag, a style or a script, and some that no reader could see. */
export const HOSTILE = [
  '</title><script>alert(1)</script>',
  '"onload="x" a="&amp;&lt;',
  ']]>\u0000\u0007\ufffe',
  'url(http://127.0.0.1/x) end',
  '\u202egpj.exe\ud800 ü 漢字 🎈',
  '%%{init: {}}%% ;#35;\nend\n',
] as const;

/** A conversation in which every name, topic, reason and note is one of those. */
export function hostileStory(scenario = HOSTILE.join(' '), seed: string = HOSTILE[1]): Story {
  const d = new Draughtsman();
  const [hub, one, two] = HOSTILE;
  const name = (at: number): string => HOSTILE[at % HOSTILE.length]!;
  d.put(0, 'node.added', hub, undefined, { role: 'broker' });
  d.put(0, 'link.added', '', undefined, { link: name(4), a: one, b: hub, description: name(1) });
  for (const [at, node] of [one, two].entries()) {
    const conn = `${node}>${hub}#1`;
    const up = d.dial(1_000 * at, node, hub, conn, 500, d.call(0, node, { op: 'disconnect' }));
    const message = {
      topic: HOSTILE[at as 0 | 1],
      payload: new TextEncoder().encode(name(at)),
      qos: 0,
      retain: true,
    } as const;
    const sent = d.send(5_000, node, conn, { type: 'publish', dup: false, ...message }, up);
    d.lose(
      9_000,
      hub,
      sent,
      'network',
      name(at + 4),
      d.fault(8_000, name(2), name(4), { [name(5)]: name(0) }, 500),
    );
    d.put(10_000, 'app.delivered', node, sent, { message, dup: true });
  }
  d.put(11_000, 'note', '', undefined, { text: HOSTILE.join(' ') });
  d.put(12_000, 'verdict', hub, undefined, {
    rule: name(0),
    outcome: 'broken',
    text: name(1),
    aboutDrafts: [],
  });
  const { events, footer, header } = d.finish(scenario, seed, 'failed');
  return readStory({ header: { ...header, parameters: { [name(0)]: name(1) } }, events, footer });
}

/** So many messages of QoS 0 from three sensors, and a promise broken by one in the middle. */
export function longFixture(messages: number): Fixture & { broken: TraceEvent } {
  const d = new Draughtsman();
  d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
  for (let each = 0; each < 3; each++) {
    d.put(0, 'node.added', `sensor-${'abc'[each]}`, undefined, { role: 'client' });
    d.put(0, 'link.added', '', undefined, {
      link: `sensor-${'abc'[each]}~hub`,
      a: `sensor-${'abc'[each]}`,
      b: 'hub',
      description: 'ideal',
    });
    d.dial(0, `sensor-${'abc'[each]}`, 'hub', `sensor-${'abc'[each]}>hub#1`, 100, undefined);
  }
  const payload = new TextEncoder().encode('x');
  for (let each = 0; each < messages; each++) {
    const node = `sensor-${'abc'[each % 3]}`;
    const t = 1_000 * (each + 1);
    const message = { topic: `plant/${each}`, payload, qos: 0, retain: false } as const;
    const call = d.call(t, node, { op: 'publish', message });
    const sent = d.send(t, node, `${node}>hub#1`, { type: 'publish', dup: false, ...message }, call);
    const got = d.put(t + 300, 'packet.received', 'hub', sent, { conn: `${node}>hub#1`, ofDraft: sent });
    if (each !== messages >> 1) continue;
    d.fault(t - 200, 'delay', `${node}~hub`, { for: 400 }, 400);
    d.put(t + 400, 'verdict', 'hub', got, {
      rule: 'delivery.once',
      outcome: 'broken',
      text: 'the message came twice',
      aboutDrafts: [sent],
    });
  }
  const fixture = d.finish('a long day', '7', 'failed');
  return { ...fixture, broken: fixture.events.find(({ k }) => k === 'verdict')! };
}
