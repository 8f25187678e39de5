/** How a diagram turns time into distance: gaps cut out, to scale, or a row for every instant. */
export type Axis = 'compressed' | 'linear' | 'ordinal';

export const AXES: readonly Axis[] = ['compressed', 'linear', 'ordinal'];
