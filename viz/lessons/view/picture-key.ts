/** What the signs of a picture mean, for whoever sees one for the first time: each is drawn as it is there. */
import { html, svg, type TemplateResult } from 'lit';
import { GLYPHS } from '../../layout/outlines.ts';

const HEAD = svg`<path class="full" d="M53 7.2L62 11L53 14.8Z"></path>`;
const OPEN_HEAD = svg`<path d="M53 7.2L62 11L53 14.8"></path>`;
const LINE = 'M3 11H54';

/** A sign that is drawn, or written in the picture as it is here, and what it means. */
const SIGNS: readonly (readonly [sign: TemplateResult<2> | string, meaning: string])[] = [
  [
    svg`<g class="publish"><path d=${LINE}></path>${HEAD}</g>`,
    'An arrow is a packet: from the moment it was sent to the moment it arrived. This is a message, PUBLISH, or the answer to it at QoS 1, PUBACK.',
  ],
  [
    svg`<g class="publish"><path class="thick" d=${LINE}></path>${HEAD}</g>`,
    'The thicker the line of a message, the higher its quality of service: q0, q1, q2 (lessons 6 to 8).',
  ],
  [
    svg`<g class="qos2"><path class="dashed" d=${LINE}></path>${HEAD}</g>`,
    'Dashes: an answer of QoS 2 (lesson 8).',
  ],
  [
    svg`<g class="connect"><path d=${LINE}></path>${HEAD}<path class="full" d="M2 7.5h7v7h-7Z"></path></g>`,
    'A square at its beginning: the packet begins a connection or ends it. CONNECT, CONNACK, DISCONNECT.',
  ],
  [
    svg`<g class="subscribe"><path d="M3 11H61"></path>${OPEN_HEAD}</g>`,
    'An open head: the packet is about subscriptions. SUBSCRIBE, SUBACK.',
  ],
  [
    svg`<g class="ping"><path class="dotted" d="M3 11H61"></path>${OPEN_HEAD}</g>`,
    'Dots: a ping, which says “I am still here” (lesson 11).',
  ],
  ['#1', 'A number for the answer to refer to. Each side of a connection counts for itself.'],
  [
    'DUP',
    'Sent once before, so this may be a repetition (lesson 7). Where there is little room it stands below the arrow.',
  ],
  [
    'clean',
    'In a CONNECT: begin anew, remember nothing of me. “session present” in a CONNACK: the hub does remember (lesson 10).',
  ],
  [
    svg`<path class="lane" d="M16 0V22M48 0V22"></path><path transform="translate(16 11)" class="box" d=${GLYPHS.call}></path><path transform="translate(48 11)" class="full" d=${GLYPHS.delivered}></path>`,
    'A hollow diamond: an application asks for something. A filled one: it is handed a message.',
  ],
  [
    svg`<g class="connect"><path class="lane" d="M32 0V22"></path><path class="box" d="M29 1h6v7h-6Z"></path><path class="pale" d="M29 8h6v13h-6Z"></path></g>`,
    'A bar down the line of a machine: a connection that it made, hollow until it stands. The hub makes none, so it has no bar.',
  ],
  [
    svg`<path class="lane" d="M32 0V22"></path><g class="publish"><path class="full" d="M38 2h6v8h-6Z"></path></g><g class="qos2"><path class="pale" d="M38 12h6v9h-6Z"></path></g>`,
    'A bar beside a line: what that machine holds of a delivery (lessons 7 and 8). Filled, it is the message; pale, it is the number alone. It goes on while there is no connection. Where it has no line at its end it is still held when the picture ends.',
  ],
  [
    svg`<path class="lane" d="M22 0V22"></path><g class="qos2"><path class="pale" d="M28 2h6v18h-6Z"></path></g><g class="publish"><path d="M24 11H46M46 5v12"></path></g>`,
    'A short bar across, behind a bar: the message is known here, and goes no further (lesson 8).',
  ],
  [
    svg`<path class="lane" d="M24 0V22"></path><g class="qos2"><path class="pale" d="M30 2h6v18h-6Z"></path></g><g class="fault"><path d="M26 11a7 7 0 1 1 14 0a7 7 0 1 1 -14 0"></path><path class="lacking" d="M50 2h6v18h-6Z"></path></g>`,
    'In red, of a bug: a ring where a number is given to a new message that is not free here, and an empty bar of dots where it should have been held, and was not (lesson 8).',
  ],
  ['0x92', 'In an answer: “I know no such number” (lesson 8).'],
  [
    svg`<g class="publish"><path d="M3 11H26"></path></g><g class="fault"><path d="M22 7l8 8m0-8l-8 8"></path><path transform="translate(46 11)" class="full" d=${GLYPHS.fault}></path></g>`,
    'A cross: here a packet was lost. The bolt beside it is what took it.',
  ],
  [
    svg`<path class="lane" d="M32 0V22"></path><g class="fault"><path d="M26 11h12"></path></g>`,
    'A red bar across a line: here a connection broke. “Connection reset” says the same: both sides lose it at once.',
  ],
  [
    svg`<g class="fault"><path d="M2 22L20 2M16 22L34 2M30 22L48 2M44 22L62 2"></path></g>`,
    'Hatches: a time in which something was wrong.',
  ],
  [
    svg`<g class="publish"><path d=${LINE}></path>${HEAD}</g><rect class="box" x="12" y="3" width="30" height="16" rx="4"></rect>`,
    'A box on an arrow: the WebSocket frame that carries the packet, with its bytes (lesson 14).',
  ],
  [
    '⋯ 980 ms',
    'So much time is cut out of the picture, for nothing happened. “980 ms under way”, below an arrow or beside its name, says how long a packet took that crosses such a cut.',
  ],
  [
    svg`<path class="playhead" d="M8 11H62"></path><path class="playhead full" d="M2 6L10 11L2 16Z"></path>`,
    'A triangle, beside a time, and a thin line from it: the moment that the text is about. It tells nothing of the machines.',
  ],
  [
    svg`<path class="glow led" d="M6 5H58"></path><path class="glow" d="M6 16H58"></path><g class="publish"><path d="M3 5H61M3 16H61"></path></g>`,
    'A broad mark: what the text is about. A pale one: what led to it.',
  ],
  ['PUB SUB', 'Short for PUBLISH and SUBSCRIBE where there is little room, as CONN is for CONNECT.'],
];

export function pictureKey(): TemplateResult {
  return html`<details class="picture-key">
    <summary>How to read the picture</summary>
    <ul>${SIGNS.map(
      ([sign, meaning]) => html`<li>
        <b>${typeof sign === 'string' ? sign : html`<svg viewBox="0 0 64 22" aria-hidden="true">${sign}</svg>`}</b>
        <span>${meaning}</span>
      </li>`,
    )}</ul>
  </details>`;
}
