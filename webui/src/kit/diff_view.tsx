import { type DiffLine, shownValue } from "./json_diff";
import "./diff_view.css";

// Removed in red with a minus, added in green with a plus; the path above them.
export function DiffView({ lines }: { lines: DiffLine[] }) {
  return (
    <div className="diff">
      {lines.map((line, index) => (
        <div key={`${line.path} ${index + 1}`} className="diff-line">
          {line.path && line.path !== lines[index - 1]?.path && <div className="diff-path">{line.path}</div>}
          {line.kind !== "added" && (
            <del className="diff-old">
              <span aria-hidden="true">− </span>
              {shownValue(line.before)}
            </del>
          )}
          {line.kind !== "removed" && (
            <ins className="diff-new">
              <span aria-hidden="true">+ </span>
              {shownValue(line.after)}
            </ins>
          )}
        </div>
      ))}
    </div>
  );
}
