import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { PromQLExtension } from "@prometheus-io/codemirror-promql";
import { useEffect, useRef } from "react";
import type { Position } from "../api/http";
import { promqlClient } from "./promqlClient";

interface Props {
  value: string;
  onChange: (text: string) => void;
  onRun: () => void;
  /** Where the server says that the query is wrong. */
  fault?: { position: Position; message: string } | null;
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.function(tags.variableName), tags.modifier], color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number], color: "var(--s5)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.labelName, color: "var(--warn)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "22px" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-weak) !important" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-weak) !important", color: "inherit" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--control)", borderRadius: "var(--r)", boxShadow: "0 8px 24px var(--shadow)", overflow: "hidden", zIndex: "30" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "260px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", lineHeight: "20px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-weak)", color: "var(--ink)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
  ".cm-completionInfo": { fontFamily: "var(--sans)", fontSize: "12px", maxWidth: "320px", padding: "6px 10px" },
  ".cm-tooltip-lint": { fontFamily: "var(--sans)", fontSize: "12px" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "4px" },
});

/**
 * The PromQL editor. It lives in a shadow root: there CodeMirror adopts constructed style sheets, and the page's policy
 * needs no exception for style elements.
 */
export function Editor({ value, onChange, onRun, fault }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, onRun });
  const first = useRef(value);
  useEffect(() => {
    latest.current = { onChange, onRun };
  });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open", delegatesFocus: true });
    const promql = new PromQLExtension().setComplete({ remote: promqlClient() }).activateLinter(false);
    const made = new EditorView({
      root,
      parent: root as unknown as Element,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          history(), bracketMatching(), closeBrackets(), indentOnInput(), autocompletion({ icons: false }),
          syntaxHighlighting(highlight), theme, EditorView.lineWrapping, placeholder("A PromQL expression"),
          EditorView.contentAttributes.of({ "aria-label": "PromQL expression" }),
          Prec.highest(keymap.of([{ key: "Ctrl-Enter", mac: "Cmd-Enter", run: () => (latest.current.onRun(), true) }, { key: "Ctrl-Enter", run: () => (latest.current.onRun(), true) }])),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
          promql.asExtension(),
          EditorView.updateListener.of((update) => update.docChanged && latest.current.onChange(update.state.doc.toString())),
        ],
      }),
    });
    view.current = made;
    return () => {
      promql.destroy();
      made.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const made = view.current;
    const now = made?.state.doc.toString();
    if (made && now !== value) made.dispatch({ changes: { from: 0, to: now?.length ?? 0, insert: value } });
  }, [value]);

  useEffect(() => {
    const made = view.current;
    if (!made) return;
    const length = made.state.doc.length;
    const from = Math.min(fault?.position.start ?? 0, Math.max(0, length - 1));
    const to = Math.min(Math.max(fault?.position.end ?? 0, from + 1), length);
    made.dispatch(setDiagnostics(made.state, fault && length > 0 ? [{ from, to, severity: "error", message: fault.message }] : []));
  }, [fault]);

  return <div ref={host} className="editor" data-slash tabIndex={-1} data-testid="promql-editor" />;
}
