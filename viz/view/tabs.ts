/** A list of tabs as the keyboard and screen readers know it: one stop, arrows between them, the panel named by its tab. */
import { html, type TemplateResult } from 'lit';

export interface Tab<Name extends string> {
  name: Name;
  title: string;
  /** There is nothing to show in it now. */
  empty?: boolean;
}

/** `prefix` makes the ids of tabs and panel: `inspector-tab-bytes`, `inspector-panel`. */
export function tabList<Name extends string>(
  prefix: string,
  label: string,
  tabs: readonly Tab<Name>[],
  chosen: Name,
  choose: (name: Name) => void,
): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ name }) => name === chosen);
    const open = tabs.filter(({ empty }) => empty !== true);
    const here = open.indexOf(tabs[at]!);
    const next =
      event.key === 'ArrowRight'
        ? open[(here + 1) % open.length]
        : event.key === 'ArrowLeft'
          ? open[(here + open.length - 1) % open.length]
          : event.key === 'Home'
            ? open[0]
            : event.key === 'End'
              ? open.at(-1)
              : undefined;
    if (next === undefined) return;
    event.preventDefault();
    choose(next.name);
    const list = event.currentTarget as HTMLElement;
    list.querySelector<HTMLElement>(`#${prefix}-tab-${next.name}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${onKey}>
    ${tabs.map(
      ({ name, title, empty = false }) => html`<button
        type="button"
        role="tab"
        id="${prefix}-tab-${name}"
        aria-controls="${prefix}-panel"
        aria-selected=${name === chosen ? 'true' : 'false'}
        aria-disabled=${empty ? 'true' : 'false'}
        tabindex=${name === chosen ? '0' : '-1'}
        @click=${() => {
          if (!empty) choose(name);
        }}
      >${title}</button>`,
    )}
  </div>`;
}
