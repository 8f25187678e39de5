/** As what a trace can be taken along. */
export const EXPORTS = {
  svg: 'Picture (SVG)',
  png: 'Picture (PNG)',
  mermaid: 'Mermaid diagram',
  pcapng: 'Capture for Wireshark (pcapng)',
  html: 'One page that holds it all (HTML)',
} as const;

export type ExportKind = keyof typeof EXPORTS;
