// Verdicts and states: always a colour and a word.
import type { ReactNode } from "react";
import { verdicts } from "../strings";

export type Tone = "neutral" | "tag" | "quarantine" | "reject" | "tempfail" | "discard" | "good";

export function Pill({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="pill" data-tone={tone}>
      <span className="dot" />
      {children}
    </span>
  );
}

const tones: Record<string, Tone> = {
  deliver: "neutral",
  quarantine: "quarantine",
  reject: "reject",
  tempfail: "tempfail",
  discard: "discard",
  tag: "tag",
};

export function Verdict({ verdict }: { verdict: string }) {
  return <Pill tone={tones[verdict] ?? "neutral"}>{verdicts[verdict] ?? verdict}</Pill>;
}
