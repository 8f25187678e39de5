/** A client identifier or a filter in it may be 64 KiB long, and a Reason String is for people. */
const LONGEST = 256;

/** A text as a Reason String: no longer than people read, and still well-formed. */
export function asReasonString(text: string): string {
  if (text.length <= LONGEST) return text;
  const last = text.charCodeAt(LONGEST - 1);
  const splitsPair = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, splitsPair ? LONGEST - 1 : LONGEST);
}
