/** What can be done with a viewer, each under its key and its name in the palette. */
import { AXES } from '../layout/axis-kind.ts';
import type { Command } from './commands.ts';
import { EXPORTS, type ExportKind } from './export-kinds.ts';
import { VIEW_NAMES, VIEW_TITLES } from './link.ts';
import type { Viewer } from './viewer.ts';

/** Events that belong together, and the keys that go from one to the next. */
const TOGETHER = [
  { landmark: 'node', name: 'node', back: 'Shift+ArrowLeft', on: 'Shift+ArrowRight' },
  { landmark: 'exchange', name: 'exchange', back: '[', on: ']' },
  { landmark: 'message', name: 'message', back: '{', on: '}' },
] as const;

const PANELS = [
  ['bytes', 'b', 'See the bytes'],
  ['state', 's', 'See the state of every node'],
  ['why', 'c', 'See why: the chain of causes'],
  ['raw', 'w', 'See the line of the file'],
] as const;

export function deedsOf(viewer: Viewer): readonly Command[] {
  const shown = (): boolean => viewer.overview !== undefined;
  const selected = (): boolean => shown() && viewer.selected > 0;
  const filtered = (): boolean => shown() && viewer.filter !== '';
  const inSequence = (): boolean => shown() && viewer.view === 'sequence';
  const zoomable = (): boolean => viewer.zoomable !== undefined;
  const { playback } = viewer.head;
  return [
    { group: 'Play', title: 'Play or pause', keys: [' '], enabled: shown, run: () => playback.toggle() },
    { group: 'Play', title: 'Play faster', keys: ['>'], enabled: shown, run: () => playback.faster(1) },
    { group: 'Play', title: 'Play slower', keys: ['<'], enabled: shown, run: () => playback.faster(-1) },
    {
      group: 'Play',
      title: 'Play by events, or by time',
      keys: ['p'],
      enabled: shown,
      run: () => {
        playback.pace = playback.pace === 'time' ? 'events' : 'time';
        viewer.requestUpdate();
      },
    },
    {
      group: 'Run',
      title: 'Run again what was run in this page',
      keys: ['r'],
      run: () => viewer.runs.again(),
    },
    {
      group: 'Run',
      title: 'Run a story, change it, act on it…',
      keys: ['Shift+r'],
      run: () => void viewer.runs.toggle(),
    },
    {
      group: 'Move',
      title: 'Next event',
      keys: ['ArrowRight', 'ArrowDown'],
      enabled: shown,
      run: () => void viewer.head.jump('drawn'),
    },
    {
      group: 'Move',
      title: 'Previous event',
      keys: ['ArrowLeft', 'ArrowUp'],
      enabled: shown,
      run: () => void viewer.head.jump('drawn', -1),
    },
    ...TOGETHER.flatMap(({ landmark, name, back, on }): Command[] => [
      {
        group: 'Move',
        title: `Next event of the same ${name}`,
        keys: [on],
        enabled: selected,
        run: () => void viewer.head.jump(landmark),
      },
      {
        group: 'Move',
        title: `Previous event of the same ${name}`,
        keys: [back],
        enabled: selected,
        run: () => void viewer.head.jump(landmark, -1),
      },
    ]),
    {
      group: 'Move',
      title: 'Follow what happens, or stay here',
      keys: ['l'],
      enabled: () => viewer.live,
      run: () => viewer.head.followLive(!viewer.follow),
    },
    {
      group: 'Move',
      title: 'First event',
      keys: ['Home'],
      enabled: shown,
      run: () => {
        viewer.moveTo(0);
        viewer.pane?.toStart();
      },
    },
    {
      group: 'Move',
      title: 'Last event',
      keys: ['End'],
      enabled: shown,
      run: () => viewer.moveTo(viewer.overview?.end ?? 0),
    },
    {
      group: 'Move',
      title: 'Next broken promise',
      keys: ['v'],
      enabled: () => (viewer.overview?.broken ?? 0) > 0,
      run: () => void viewer.head.jump('violation'),
    },
    {
      group: 'Move',
      title: 'Next fault',
      keys: ['f'],
      enabled: () => (viewer.overview?.faults ?? 0) > 0,
      run: () => void viewer.head.jump('fault'),
    },
    { group: 'Move', title: 'Filter…', keys: ['/'], enabled: shown, run: () => viewer.focusFilter() },
    {
      group: 'Move',
      title: 'Next match of the filter',
      keys: ['n'],
      enabled: filtered,
      run: () => void viewer.head.match(1),
    },
    {
      group: 'Move',
      title: 'Previous match of the filter',
      keys: ['Shift+n'],
      enabled: filtered,
      run: () => void viewer.head.match(-1),
    },
    {
      group: 'Move',
      title: 'Go to an event or a time…',
      keys: ['g'],
      enabled: shown,
      run: () => viewer.showPalette(),
    },
    {
      group: 'Move',
      title: 'Clear the selection',
      keys: ['Escape'],
      enabled: () => selected() || viewer.panel === 'promises',
      run: () => viewer.clear(),
    },
    ...VIEW_NAMES.map(
      (name, index): Command => ({
        group: 'View',
        title: `See the ${VIEW_TITLES[name].toLowerCase()}`,
        keys: name === 'table' ? [`${index + 1}`, 't'] : [`${index + 1}`],
        enabled: shown,
        run: () => {
          viewer.view = name;
        },
      }),
    ),
    { group: 'Zoom', title: 'Zoom in', keys: ['+', '='], enabled: zoomable, run: () => viewer.zoomBy(1) },
    { group: 'Zoom', title: 'Zoom out', keys: ['-'], enabled: zoomable, run: () => viewer.zoomBy(-1) },
    {
      group: 'Zoom',
      title: 'All of it in one view',
      keys: ['0'],
      enabled: zoomable,
      run: () => viewer.zoomable?.fitAll(),
    },
    { group: 'Zoom', title: 'Usual size', keys: [], enabled: zoomable, run: () => viewer.zoomBy(0) },
    {
      group: 'Sequence',
      title: 'Zoom to what is selected',
      keys: ['z'],
      enabled: () => selected() && inSequence(),
      run: () => viewer.pane?.zoomToSelection(),
    },
    {
      group: 'Sequence',
      title: 'Change the axis of time',
      keys: ['x'],
      enabled: inSequence,
      run: () => {
        viewer.axis = AXES[(AXES.indexOf(viewer.axis) + 1) % AXES.length]!;
        viewer.tell(`Time is ${viewer.axis}.`);
      },
    },
    {
      group: 'Sequence',
      title: 'Keep-alives: each, or one for many',
      keys: [],
      enabled: inSequence,
      run: () => {
        viewer.pings = viewer.pings === 'runs' ? 'each' : 'runs';
      },
    },
    {
      group: 'Sequence',
      title: 'Show all lanes',
      keys: [],
      enabled: () => inSequence() && viewer.hiddenLanes.length > 0,
      run: () => {
        viewer.hiddenLanes = [];
      },
    },
    {
      group: 'Panel',
      title: 'Show the promises',
      keys: ['m'],
      enabled: shown,
      run: () => viewer.togglePromises(),
    },
    ...PANELS.map(
      ([panel, key, title]): Command => ({
        group: 'Panel',
        title,
        keys: [key],
        enabled: shown,
        run: () => {
          viewer.panel = panel;
        },
      }),
    ),
    { group: 'View', title: 'Light or dark', keys: [], run: () => viewer.switchTheme() },
    { group: 'Share', title: 'Open a trace…', keys: ['o'], run: () => viewer.pickFile() },
    {
      group: 'Share',
      title: 'Copy the link to this moment',
      keys: ['y'],
      enabled: shown,
      run: () => void viewer.addressBar.copy(),
    },
    ...(Object.keys(EXPORTS) as ExportKind[]).map(
      (kind): Command => ({
        group: 'Share',
        title: `Export: ${EXPORTS[kind]}`,
        keys: [],
        enabled: shown,
        run: () => void viewer.export(kind),
      }),
    ),
    { group: 'View', title: 'Commands…', keys: ['Mod+k'], run: () => viewer.showPalette() },
    { group: 'View', title: 'Help', keys: ['?'], run: () => viewer.showHelp() },
  ];
}
