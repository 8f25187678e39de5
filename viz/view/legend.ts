/** What the colours and lines of packets mean. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { FAMILIES, type Family } from '../index/family.ts';
import { FAMILY_STYLES } from '../layout/family.ts';

const WORDS: Readonly<Record<Family, string>> = {
  publish: 'PUBLISH, PUBACK',
  qos2: 'QoS 2 handshake',
  connect: 'connection',
  subscribe: 'subscription',
  ping: 'keep-alive',
  fault: 'lost or broken',
};

export function legend(): TemplateResult {
  return html`<ul class="legend" aria-label="Colours and lines">
    ${FAMILIES.map((family) => html`<li class=${family}>${line(family)}${WORDS[family]}</li>`)}
  </ul>`;
}

function line(family: Family): TemplateResult {
  const { line: stroke, head, squareTail } = FAMILY_STYLES[family];
  const dashes = stroke === 'solid' ? 'none' : stroke === 'dotted' ? '1.5 4' : '9 4';
  return html`<svg width="34" height="12" aria-hidden="true" class="arrow ${family}">
    <line class="shaft" x1="2" y1="6" x2=${head === 'filled' ? 24 : 31} y2="6" stroke-width="1.6" stroke-dasharray=${dashes}></line>
    ${
      family === 'fault'
        ? svg`<path class="tip cross" d="M22 2l8 8m0-8l-8 8"></path>`
        : svg`<path class="tip ${head}" d="M23 2.2L32 6L23 9.8${head === 'filled' ? 'Z' : ''}"></path>`
    }
    ${squareTail ? svg`<path class="tail" d="M1 2.5h7v7h-7Z"></path>` : nothing}
  </svg>`;
}
