/** What the signs of a picture mean, for whoever sees one for the first time. */
import { html, type TemplateResult } from 'lit';

const SIGNS: readonly (readonly [sign: string, meaning: string])[] = [
  ['An arrow', 'is a packet: from the moment it was sent to the moment it arrived.'],
  ['Solid, dashed, dotted', 'are messages, the answers of QoS 2, and pings. The colours say the same.'],
  ['q0, q1, q2', 'is the quality of service, QoS (lessons 6 to 8).'],
  ['#1', 'is a number for the answer to refer to. Each side of a connection counts for itself.'],
  [
    'A bar beside a line',
    'is what that side holds of a delivery (lessons 7 and 8). Filled, it is the message; pale, it is the number alone. It goes on while there is no connection.',
  ],
  ['clean', 'says: begin anew, remember nothing of me (lesson 10).'],
  ['◇ and ◆', 'at a line: an application asks for something, and is handed a message.'],
  [
    'A bar down a machine',
    'is a connection that it made; it is hollow until it stands. The hub makes none, so it has no bar.',
  ],
  ['■ at a line', 'begins with a square: it belongs to the beginning or the end of a connection.'],
  ['Filled and open heads', 'differ as the colours do: open ones are subscriptions and pings.'],
  [
    '✕',
    'is where a packet was lost, and ⚡ what took it. Red bars are connections that broke. Hatches are a time in which something was wrong.',
  ],
  [
    'A box on an arrow',
    'is a WebSocket frame that carries the packet, with its bytes on the wire (lesson 14).',
  ],
  [
    'PUB, SUB, CONN, DISC',
    'are short for PUBLISH, SUBSCRIBE, CONNECT and DISCONNECT, where lanes are close.',
  ],
  ['⋯ 980 ms', 'in the margin: so much time is cut out, for nothing happened.'],
  ['A broad mark', 'is what the text is about; a pale one is what led to it.'],
];

export function pictureKey(): TemplateResult {
  return html`<details class="picture-key">
    <summary>How to read the picture</summary>
    <dl>${SIGNS.map(([sign, meaning]) => html`<div><dt>${sign}</dt> <dd>${meaning}</dd></div>`)}</dl>
  </details>`;
}
