/** What the engine itself needs of the real world, taken before a story could change it. */

/** Milliseconds. */
export const realNow = performance.now.bind(performance);

export const RealWorker = Worker;

const RealBlob = Blob;
const { createObjectURL, revokeObjectURL } = URL;

/** Where a module can be imported from, until it is forgotten. */
export const realPlaces = {
  addressOf: (text: string): string => createObjectURL(new RealBlob([text], { type: 'text/javascript' })),
  forget: revokeObjectURL,
};
