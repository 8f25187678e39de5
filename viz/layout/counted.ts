/** How many there are, in words: `1 packet`, `1,204 packets`; the same on every host. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${`${count}`.replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? one : many}`;
}
