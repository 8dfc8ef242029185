// How a node's numbers are judged: what is fine, what needs a look.
import type { NodeRow } from "../api/types";
import { milliseconds } from "../kit/numbers";
import { Pill, type Tone } from "../kit/verdict";
import { nodes } from "../strings";

const tones: Record<string, Tone> = {
  up: "good",
  late: "quarantine",
  down: "reject",
  paused: "tempfail",
  never: "discard",
};

export function NodeStateMark({ state }: { state: string }) {
  return <Pill tone={tones[state] ?? "neutral"}>{nodes.states[state] ?? state}</Pill>;
}

export type Lag = { kind: "none" | "behind" | "refused" | "unset"; text: string };

// `published` 0: nothing published yet.
export function lagOf(node: Pick<NodeRow, "applied_revision" | "refused">, published: number): Lag {
  if (node.refused && node.refused.revision >= published && published > 0) {
    return { kind: "refused", text: nodes.refused(node.refused.revision) };
  }
  if (published === 0 || node.applied_revision >= published) return { kind: "none", text: "" };
  if (node.applied_revision === 0) return { kind: "unset", text: nodes.noRevision };
  return { kind: "behind", text: nodes.behind(published - node.applied_revision) };
}

// Why the node refuses what is published; empty when it does not.
export function refusalOf(node: Pick<NodeRow, "applied_revision" | "refused">, published: number): string {
  return lagOf(node, published).kind === "refused" ? (node.refused?.reason ?? "") : "";
}

export function Refusal({ node, published }: { node: NodeRow; published: number }) {
  const reason = refusalOf(node, published);
  return reason ? <div className="quiet small refusal">{reason}</div> : null;
}

export function Revision({ node, published }: { node: NodeRow; published: number }) {
  const lag = lagOf(node, published);
  return (
    <span style={{ display: "inline-flex", gap: 8, alignItems: "center", flexWrap: "wrap" }}>
      {lag.kind !== "unset" && (node.applied_revision || "–")}
      {lag.kind !== "none" && <Pill tone={lag.kind === "refused" ? "reject" : "quarantine"}>{lag.text}</Pill>}
    </span>
  );
}

export function unhealthy(node: Pick<NodeRow, "health">): string[] {
  return node.health.filter((check) => !check.ok).map((check) => check.what);
}

// Past two seconds a clock confuses people who compare logs.
export function clockText(skew: number): string {
  const text = milliseconds(Math.round(Math.abs(skew)));
  return Math.abs(skew) > 2000 ? nodes.clockBad(text) : nodes.clockOk(text);
}

// Free part of the disk, 0..1, or null when the node has not told.
export function freePart(disk: NodeRow["disk"]): number | null {
  return disk.total > 0 ? disk.free / disk.total : null;
}
