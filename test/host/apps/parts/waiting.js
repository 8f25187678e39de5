// Imports while it is loaded, and is there when that is.
export const { createGzip } = await import('node:zlib');
