/** The editor of the playground: CodeMirror with what it needs for stories, and nothing that keeps the keyboard in it. */

import api from 'virtual:mqtt-amber-api';
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import type { Mistake } from './attempt.ts';
import { completionsOf } from './completion.ts';

export interface EditorEvents {
  run(): void;
  /** By who writes, and not by the page. */
  changed(): void;
}

const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'var(--paper)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { padding: '12px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in oklab, var(--hair) 55%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in oklab, var(--accent) 24%, transparent)',
  },
  '.cm-matchingBracket': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 22%, transparent) !important',
  },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '15em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '1.5' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--ink)',
    background: 'color-mix(in oklab, var(--accent) 20%, var(--raised))',
  },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': {
    maxWidth: '320px',
    padding: '8px 12px',
    fontFamily: 'var(--sans)',
    lineHeight: '1.45',
  },
  '.cm-diagnostic': { padding: '6px 12px', fontFamily: 'var(--sans)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--subscribe)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--fault)' },
});

export class StoryEditor {
  readonly #view: EditorView;

  constructor(parent: HTMLElement, root: ShadowRoot, events: EditorEvents) {
    this.#view = new EditorView({
      parent,
      root,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        EditorView.lineWrapping,
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        typescriptLanguage,
        typescriptLanguage.data.of({ closeBrackets: { brackets: ['(', '[', '{', "'", '"', '`'] } }),
        syntaxHighlighting(classHighlighter),
        autocompletion({ override: [completionsOf(api)], icons: false }),
        // Tab goes on to what comes next in the page, as everywhere.
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              events.run();
              return true;
            },
          },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': 'The story, in TypeScript' }),
        EditorView.updateListener.of(({ docChanged, transactions }) => {
          const typed = transactions.some((each) => each.annotation(Transaction.userEvent) !== undefined);
          if (docChanged && typed) events.changed();
        }),
        LOOK,
      ],
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** In one step, that can be taken back. */
  set text(text: string) {
    const { doc } = this.#view.state;
    this.#view.dispatch({
      changes: { from: 0, to: doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
    });
  }

  /** In place of those that were shown. */
  show(mistakes: readonly Mistake[], oddities: readonly Mistake[]): void {
    const { state } = this.#view;
    const marked =
      (severity: Diagnostic['severity']) =>
      ({ line, column, message }: Mistake): Diagnostic => {
        const { from, to } = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
        return { from: Math.min(from + column - 1, to), to, severity, message };
      };
    const diagnostics = [...mistakes.map(marked('error')), ...oddities.map(marked('warning'))];
    this.#view.dispatch(setDiagnostics(state, diagnostics));
  }

  /** Brings the caret to a line. */
  goTo({ line, column }: Pick<Mistake, 'line' | 'column'>): void {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    this.#view.dispatch({ selection: { anchor: Math.min(from + column - 1, to) }, scrollIntoView: true });
    this.#view.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  end(): void {
    this.#view.destroy();
  }
}
