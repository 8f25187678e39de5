/** How clients behave here: they notice soon that they are alone and come back at once, so that a story outlasts whatever befalls them. */
export const QUICK = {
  keepAlive: '4s',
  pingTimeout: '2s',
  connectTimeout: '3s',
  reconnect: { initial: '200ms', maximum: '1s', jitter: 0 },
} as const;

/** The same, with a session that outlasts it too. */
export const LASTING = { ...QUICK, cleanStart: false, sessionExpiry: '1d' } as const;
