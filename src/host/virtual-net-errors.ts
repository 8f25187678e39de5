/** Errors of the network as Node makes them: the same texts, codes and fields, with the numbers that Linux has for them. */

const ERRNO = {
  EPIPE: -32,
  EADDRINUSE: -98,
  ECONNRESET: -104,
  ETIMEDOUT: -110,
  ECONNREFUSED: -111,
  EHOSTUNREACH: -113,
  ENOTFOUND: -3008,
} as const;

export type NetworkErrorCode = keyof typeof ERRNO;

/** `read ECONNRESET` */
export function systemError(syscall: string, code: NetworkErrorCode): NodeJS.ErrnoException {
  return Object.assign(new Error(`${syscall} ${code}`), { errno: ERRNO[code], code, syscall });
}

/** `connect ECONNREFUSED 10.0.0.1:1883` */
export function connectError(code: NetworkErrorCode, address: string, port: number): NodeJS.ErrnoException {
  const error = systemError('connect', code);
  error.message += ` ${address}:${port}`;
  return Object.assign(error, { address, port });
}

/** `listen EADDRINUSE: address already in use :::1883` */
export function addressInUse(address: string, port: number): NodeJS.ErrnoException {
  const error = systemError('listen', 'EADDRINUSE');
  error.message += `: address already in use ${address}:${port}`;
  return Object.assign(error, { address, port });
}

/** `getaddrinfo ENOTFOUND nowhere` */
export function nameNotFound(hostname: string): NodeJS.ErrnoException {
  const error = systemError('getaddrinfo', 'ENOTFOUND');
  error.message += ` ${hostname}`;
  return Object.assign(error, { hostname });
}

/** An error that Node's own JavaScript makes, `ERR_SOCKET_CLOSED`. */
export function nodeError<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}
