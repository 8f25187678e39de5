/** Which of the inspector's tabs a reader wants to see. */

export type InspectorTab = 'bytes' | 'state' | 'why' | 'message' | 'raw';

export const INSPECTOR_TABS: readonly InspectorTab[] = ['bytes', 'state', 'why', 'message', 'raw'];

/** Fired when the reader chose one. */
export class TabEvent extends Event {
  readonly tab: InspectorTab;
  constructor(tab: InspectorTab) {
    super('tab', { bubbles: true });
    this.tab = tab;
  }
}
