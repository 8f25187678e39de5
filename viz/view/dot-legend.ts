/** What the shapes of moving packets mean. */
import { html } from 'lit';
import { shapeOf } from '../layout/dot-shapes.ts';
import type { Dot } from '../layout/topology-picture.ts';

const SHAPES: readonly (readonly [text: string, family: Dot['family'], state: Dot['state']])[] = [
  ['PUBLISH, PUBACK', 'publish', 'flying'],
  ['QoS 2 handshake', 'qos2', 'flying'],
  ['connection', 'connect', 'flying'],
  ['subscription', 'subscribe', 'flying'],
  ['keep-alive', 'ping', 'flying'],
  ['waits, will be lost', 'publish', 'waiting'],
  ['lost', 'fault', 'lost'],
];

export const dotLegend = html`<ul class="topology-legend" aria-label="Shapes of packets">
  ${SHAPES.map(
    ([text, family, state]) => html`<li>
      <svg class="dot ${family} ${state}" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
        <path d=${shapeOf({ family, state, qos: 0, dx: 1, dy: 0 })}></path>
      </svg>
      ${text}
    </li>`,
  )}
</ul>`;
