/** What a story imports when it needs it. */
export const late = true;
