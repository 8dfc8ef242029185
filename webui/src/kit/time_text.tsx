import { Tooltip } from "@mantine/core";
import { ageText, relativeTime, shortTime, utcTime } from "./time";

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

// How long something has lasted: "3 d"; since when on hover or focus.
export function AgeText({ since }: { since: string | null | undefined }) {
  if (!since) return null;
  return (
    <Tooltip label={`${shortTime(since)} · ${utcTime(since)}`}>
      <time dateTime={since} style={{ whiteSpace: "nowrap" }}>
        {ageText(since)}
      </time>
    </Tooltip>
  );
}
