import { Tooltip } from "@mantine/core";
import { relativeTime, shortTime, utcTime } from "./time";

// A moment in local time; UTC and its age on hover or focus. `relative` swaps the two.
export function TimeText({ at, relative = false }: { at: string | null | undefined; relative?: boolean }) {
  if (!at) return <span className="quiet">–</span>;
  const shown = relative ? relativeTime(at) : shortTime(at);
  const other = relative ? shortTime(at) : relativeTime(at);
  return (
    <Tooltip label={`${utcTime(at)} · ${other}`}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {shown}
      </time>
    </Tooltip>
  );
}
