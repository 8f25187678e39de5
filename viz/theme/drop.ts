/** The mark of the house, a drop of amber: paths of an SVG of 20 by 24. */
export const DROP_OUTLINE = 'M10 1.5C13.4 6.4 17.5 10.4 17.5 15a7.5 7.5 0 0 1-15 0C2.5 10.4 6.6 6.4 10 1.5Z';
export const DROP_SHINE = 'M6 15.5a4 4 0 0 0 3 3.8';
