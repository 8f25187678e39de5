/** Shapes of packets that move: each family has its own, so that no fact hangs on colour alone. */
import type { Family } from '../index/family.ts';
import type { Dot } from './topology-picture.ts';

/** Around its middle; what is sent at a higher QoS is larger. */
export function shapeOf({
  family,
  state,
  qos,
  dx,
  dy,
}: Pick<Dot, 'family' | 'state' | 'qos' | 'dx' | 'dy'>): string {
  return state === 'lost' ? CROSS : SHAPES[family](4.2 + qos, dx, dy);
}

const CROSS = 'M-5.5 -5.5L5.5 5.5M5.5 -5.5L-5.5 5.5';

const SHAPES: Readonly<Record<Family, (size: number, dx: number, dy: number) => string>> = {
  /** A disc. */
  publish: (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  /** A diamond. */
  qos2: () => 'M0 -6L6 0L0 6L-6 0Z',
  /** A square. */
  connect: () => 'M-4.5 -4.5H4.5V4.5H-4.5Z',
  /** An open head in the direction of its way. */
  subscribe: (_, dx, dy) => {
    const point = (along: number, across: number): string =>
      `${round(dx * along - dy * across)} ${round(dy * along + dx * across)}`;
    return `M${point(-4, -5)}L${point(5, 0)}L${point(-4, 5)}`;
  },
  /** A ring. */
  ping: () => 'M-3.4 0A3.4 3.4 0 1 1 3.4 0A3.4 3.4 0 1 1 -3.4 0Z',
  /** What is no packet: a thing with spikes. */
  fault: () => 'M0 -7L1.8 -1.8L7 0L1.8 1.8L0 7L-1.8 1.8L-7 0L-1.8 -1.8Z',
};

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
