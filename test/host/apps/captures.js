// Keeps the timers that it finds when it is loaded, as some packages do.
const { setImmediate: immediate, setTimeout: timeout, setInterval: interval } = globalThis;

export const soon = (callback) => immediate(callback);
export const later = (callback) => timeout(callback, 5);
export const again = (callback) => interval(callback, 5);
