// JSON with colours, folding and search. Loaded only when someone opens it (its weight is most of the console's).
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { nonce } from "../nonce";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--w-accent)" },
  { tag: tags.string, color: "var(--w-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--w-tempfail)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--w-canvas)", color: "var(--w-text)", borderRadius: "6px" },
  "&.cm-focused": { outline: "2px solid var(--w-focus)" },
  ".cm-content": { fontFamily: "var(--w-mono)", caretColor: "var(--w-text)" },
  ".cm-gutters": { backgroundColor: "var(--w-canvas)", color: "var(--w-text-2)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--w-hover)" },
  ".cm-cursor": { borderLeftColor: "var(--w-text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--w-selected)" },
});

interface Props {
  value: string;
  label: string;
  readOnly?: boolean;
  height?: string;
  onChange?: (text: string) => void;
  onSave?: () => void;
}

export default function JsonEditor({
  value,
  label,
  readOnly = false,
  height = "420px",
  onChange,
  onSave,
}: Props) {
  const place = useRef<HTMLDivElement | null>(null);
  const view = useRef<EditorView | null>(null);
  const handlers = useRef({ onChange, onSave });
  handlers.current = { onChange, onSave };
  const first = useRef(value);

  useEffect(() => {
    if (!place.current) return;
    function saved() {
      handlers.current.onSave?.();
      return true;
    }
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          foldGutter(),
          history(),
          bracketMatching(),
          indentOnInput(),
          highlightActiveLine(),
          json(),
          syntaxHighlighting(colours),
          look,
          EditorView.theme({ "&": { height }, ".cm-scroller": { overflow: "auto" } }),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
          EditorState.readOnly.of(readOnly),
          EditorView.lineWrapping,
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: saved },
            ...defaultKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [label, readOnly, height]);

  useEffect(() => {
    const made = view.current;
    if (!made || made.state.doc.toString() === value) return;
    first.current = value;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={place} className="json-editor" />;
}
