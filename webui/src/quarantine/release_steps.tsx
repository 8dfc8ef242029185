// Where a release is, from what the node and the master have said; nothing is guessed ahead.
import type { QuarantineDetail } from "../api/types";
import { Icon } from "../kit/icons";
import { quarantine } from "../strings";

export type Step = "queued" | "sent" | "released" | "failed";

// The master writes `releasing` with who asked; the node says `releasing` again once it has the command.
export function releaseSteps(item: Pick<QuarantineDetail, "state" | "history">): Step[] {
  const from = lastAsk(item.history);
  if (from < 0) return [];
  const since = item.history.slice(from);
  const steps: Step[] = ["queued"];
  if (since.slice(1).some((change) => ["releasing", "released", "release-failed"].includes(change.state))) {
    steps.push("sent");
  }
  if (item.state === "released") steps.push("released");
  if (item.state === "release-failed") steps.push("failed");
  return steps;
}

function lastAsk(history: QuarantineDetail["history"]): number {
  let found = -1;
  history.forEach((change, index) => {
    if (change.state === "releasing" && (change.actor || found < 0)) found = index;
  });
  return found;
}

export function ReleaseSteps({ item }: { item: QuarantineDetail }) {
  const done = releaseSteps(item);
  if (done.length === 0 || item.state === "stored" || item.state === "deleted" || item.state === "expired")
    return null;
  const last: Step = done.includes("failed") ? "failed" : "released";
  const all: Step[] = ["queued", "sent", last];
  return (
    <ol className="steps" aria-label={quarantine.steps}>
      {all.map((step) => (
        <li key={step} data-done={done.includes(step)} data-failed={step === "failed"}>
          <span className="step-mark">
            {done.includes(step) && <Icon name={step === "failed" ? "close" : "check"} size={13} />}
          </span>
          {quarantine.step[step]}
        </li>
      ))}
    </ol>
  );
}
