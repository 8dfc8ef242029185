import { useEffect, useRef } from "react";

// Single keys of a page. They rest while someone types, holds a modifier, or a dialog is open.
export function useKeys(keys: Record<string, () => void>, enabled = true): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!enabled) return;
    function onKey(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest("input:not([type=checkbox]),textarea,select,[contenteditable=true],[role=menu]"))
        return;
      if (document.querySelector('[role="dialog"]:not([data-keys="page"])')) return;
      const run = latest.current[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [enabled]);
}
