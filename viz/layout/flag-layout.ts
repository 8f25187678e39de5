/** Flags beside the lanes: what would be said across them, where there is no room for sentences. */
import type { FaultBegan } from '../../src/trace/event.ts';
import type { Remark } from '../index/story.ts';
import type { Flag } from './display-list.ts';
import { faultText } from './fault-text.ts';
import { LANE_AIR } from './places.ts';
import type { Scene } from './scene.ts';
import { fitText } from './text-measure.ts';

export const FLAG_HEIGHT = 18;
/** Left of the text, for the sign of the flag. */
export const FLAG_PADDING = 18;
/** Narrower than this a text says nothing. */
const TEXT_MIN = 40;
const RANK = { note: 0, excused: 1, fault: 2, broken: 3 } as const;

/** `strikes` says whether faults that strike in an instant are flagged, too: from far away they have no mark. */
export function layoutFlags(scene: Scene, first: number, last: number, strikes: boolean): Flag[] {
  const { axis, margin, measure, rows, story } = scene;
  const said: (Remark | FaultBegan)[] = axis.showsBanners ? [] : [...story.remarks];
  if (strikes) for (const { began, ended } of story.faults) if (ended === undefined) said.push(began);
  said.sort((one, other) => one.i - other.i);
  const room = margin - FLAG_PADDING - 2 * LANE_AIR;
  const flags: Flag[] = [];
  for (const event of said) {
    const instant = rows.instantOf[event.i - 1] ?? -1;
    if (instant < first || instant > last) continue;
    const y = Math.round(axis.y(event.i - 1)) + 0.5;
    const tone = toneOf(event);
    const latest = flags[flags.length - 1];
    if (latest !== undefined && y < latest.y + FLAG_HEIGHT) {
      latest.count++;
      if (latest.lines[latest.lines.length - 1] !== y && tone === 'broken') latest.lines.push(y);
      if (RANK[tone] <= RANK[latest.tone]) continue;
      Object.assign(latest, { i: event.i, tone, text: textOf(event) });
      continue;
    }
    flags.push({
      i: event.i,
      y,
      tone,
      count: 1,
      text: textOf(event),
      width: 0,
      lines: tone === 'broken' ? [y] : [],
    });
  }
  return flags.map((flag) => {
    const number = flag.count > 1 ? `${flag.count} × ` : '';
    const text = room < TEXT_MIN ? '' : fitText(`${number}${flag.text}`, 'mark', room, measure);
    return { ...flag, text, width: text === '' ? FLAG_HEIGHT : FLAG_PADDING + measure(text, 'mark') + 7 };
  });
}

function toneOf(event: Remark | FaultBegan): Flag['tone'] {
  switch (event.k) {
    case 'note':
      return 'note';
    case 'verdict':
      return event.outcome;
    case 'assert':
      return 'broken';
    default:
      return 'fault';
  }
}

function textOf(event: Remark | FaultBegan): string {
  switch (event.k) {
    case 'verdict':
      return event.rule;
    case 'fault.began':
      return faultText(event.family, event.target, {});
    default:
      return event.text;
  }
}
