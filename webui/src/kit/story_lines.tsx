import type { ReactNode } from "react";
import { TimeText } from "./time_text";

export interface StoryEntry {
  time: string;
  text: ReactNode;
  node?: string | null;
  actor?: string | null;
}

// What happened, in order, oldest first.
export function StoryLines({ lines }: { lines: StoryEntry[] }) {
  return (
    <ol className="story">
      {lines.map((line, index) => (
        <li key={`${line.time} ${index + 1}`}>
          <span className="quiet small">
            <TimeText at={line.time} />
          </span>
          <span>
            {line.text}
            {(line.node || line.actor) && (
              <span className="quiet small"> {[line.node, line.actor].filter(Boolean).join(" · ")}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
