import type { PolicyChange } from "../api/policy_types";
import { DiffView } from "../kit/diff_view";
import { diffLines } from "../kit/json_diff";
import { Pill, type Tone } from "../kit/verdict";
import { rules } from "../strings";
import "./change_list.css";

const words = rules.publish;
const tones: Record<string, Tone> = { added: "good", removed: "reject", changed: "tag", moved: "neutral" };

function place(value: unknown): string {
  const position = (value as { position?: number } | null)?.position;
  return words.place(position === undefined ? "?" : String(position));
}

// What differs between two policies: one entry a rule, list or section.
export function ChangeList({ changes }: { changes: PolicyChange[] }) {
  return (
    <ul className="change-list">
      {changes.map((change, index) => (
        <li key={`${change.what} ${change.id} ${index + 1}`}>
          <div className="change-head">
            <Pill tone={tones[change.kind] ?? "neutral"}>{words.kinds[change.kind] ?? change.kind}</Pill>
            <span>
              {words.whats[change.what] ?? change.what} <strong>{change.name || change.id}</strong>
              {change.name && change.name !== change.id && <span className="mono quiet"> {change.id}</span>}
            </span>
          </div>
          {change.kind === "moved" ? (
            <p>
              {place(change.before)} → {place(change.after)}
            </p>
          ) : (
            <DiffView lines={diffLines(change.before, change.after)} />
          )}
        </li>
      ))}
    </ul>
  );
}
