/** Connections as people speak of them: in a trace the second of `sensor` to `hub` is called `sensor>hub#2`. */

const NAME = /^(.*)>(.*)#(\d+)$/;

/** `connection 2 of sensor to hub` */
export function connectionText(conn: string): string {
  const [, from, to, count] = NAME.exec(conn) ?? [];
  return count === undefined ? conn : `connection ${count} of ${from} to ${to}`;
}

/** The machine at the other end. */
export function peerOf({ conn, n }: { readonly conn: string; readonly n: string }): string {
  const [, from = '', to = ''] = NAME.exec(conn) ?? [];
  return n === from ? to : from;
}
