/** Words beside the packets of a moment, when few are under way. */
import type { FaultSign } from './fault-signs.ts';
import { type Box, LabelRoom } from './label-room.ts';
import { tableMeasure } from './text-measure.ts';
import type { Dot } from './topology-picture.ts';
import type { Places } from './topology-places.ts';

/** With more, words would cover the packets. */
const DOTS_MAX = 12;
const LETTERS_MAX = 36;
const LABEL_HEIGHT = 15;

/** Words beside the dots, where they cover neither stations nor other words. */
export function labelDots(dots: Dot[], signs: readonly FaultSign[], places: Places): void {
  if (dots.length > DOTS_MAX) return;
  const room = new LabelRoom();
  for (const { x, y, width, height } of places.spots) {
    room.take({ x: x - width / 2, y: y - height / 2, width, height });
  }
  for (const sign of signs) room.take(sign);
  for (const dot of dots) room.take({ x: dot.x - 6, y: dot.y - 6, width: 12, height: 12 });
  for (const dot of dots) {
    const text = fitStart(dot.text, LETTERS_MAX);
    const width = tableMeasure(text, 'detail');
    const above = dot.y - 9 - LABEL_HEIGHT;
    const below = dot.y + 9;
    // On the side on which no packet comes the other way.
    const tops = dot.dx > 0 ? [below, above] : [above, below];
    const boxes: Box[] = [
      ...[width / 2, 8, width - 8].flatMap((before) =>
        tops.map((y) => ({ x: dot.x - before, y, width, height: LABEL_HEIGHT })),
      ),
      { x: dot.x + 12, y: dot.y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT },
      { x: dot.x - 12 - width, y: dot.y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT },
    ];
    const box = boxes.find(
      (each) => each.x >= 2 && each.x + each.width <= places.width - 2 && each.y >= 0 && room.isFree(each),
    );
    if (box === undefined) continue;
    room.take(box);
    dot.label = { x: Math.round(box.x), y: Math.round(box.y), text };
  }
}

/** What a packet is stands first. */
function fitStart(text: string, lettersMax: number): string {
  const letters = [...text];
  return letters.length <= lettersMax ? text : `${letters.slice(0, lettersMax - 1).join('')}…`;
}
