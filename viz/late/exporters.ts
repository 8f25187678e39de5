/** What the script of exports brings to the worker that imports it. */
import type { MermaidDiagram } from '../export/mermaid.ts';
import type { Picture, PictureChoice } from '../export/picture.ts';
import type { StretchChoice } from '../export/stretch.ts';
import type { Story } from '../index/story.ts';

export interface Exporters {
  picture(story: Story, choice: PictureChoice): Picture;
  mermaid(story: Story, choice: StretchChoice): MermaidDiagram;
  /** All packets, as a capture that Wireshark opens. */
  capture(story: Story): Uint8Array;
}
