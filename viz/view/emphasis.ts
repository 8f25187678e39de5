/** How a shape is pointed out. */
import type { Emphasis } from './sequence-painter.ts';

export interface Pointed {
  /** More names of its class, with a space before each. */
  pointed: string;
  /** Of a button that can be pressed. */
  pressed: boolean;
  /** 0 for the one shape that the Tab key reaches. */
  stop: 0 | -1;
}

export function emphasisOf(i: number, { chain, selected, tabStop }: Emphasis): Pointed {
  const pressed = i === selected;
  return {
    pointed: `${pressed ? ' selected' : ''}${chain.has(i) ? ' chained' : ''}`,
    pressed,
    stop: i === tabStop ? 0 : -1,
  };
}
