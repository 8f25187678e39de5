/** How families of packets are drawn and called in every picture of a trace. */
import type { Family } from '../index/family.ts';

/** The second channel beside colour, so that no fact hangs on colour alone. */
export interface FamilyStyle {
  /** What the family is called in a legend. */
  title: string;
  line: 'solid' | 'long-dash' | 'dotted';
  head: 'filled' | 'open';
  /** A small square where the arrow leaves. */
  squareTail: boolean;
}

export const FAMILY_STYLES: Readonly<Record<Family, FamilyStyle>> = {
  publish: { title: 'PUBLISH, PUBACK', line: 'solid', head: 'filled', squareTail: false },
  qos2: { title: 'PUBREC, PUBREL, PUBCOMP', line: 'long-dash', head: 'filled', squareTail: false },
  connect: { title: 'CONNECT, CONNACK, DISCONNECT, AUTH', line: 'solid', head: 'filled', squareTail: true },
  subscribe: {
    title: 'SUBSCRIBE, UNSUBSCRIBE and their ACKs',
    line: 'solid',
    head: 'open',
    squareTail: false,
  },
  ping: { title: 'PINGREQ, PINGRESP', line: 'dotted', head: 'open', squareTail: false },
  fault: { title: 'lost, broken or malformed', line: 'solid', head: 'filled', squareTail: false },
};
