// One sentence about the flow of mail, from what the master knows.
import type { Overview } from "../api/types";
import { overview } from "../strings";
import { order } from "./stack";

export interface Flow {
  text: string;
  tone: "good" | "calm" | "red";
}

export function flowState(data: Pick<Overview, "rates" | "nodes">): Flow {
  const { total, up } = data.nodes;
  if (total === 0) return { text: overview.noNodes, tone: "calm" };
  if (up === 0) return { text: overview.stopped, tone: "red" };
  // The newest minute has only begun: the fuller of the last two stands for "a minute".
  const recent = data.rates.per_minute
    .slice(-2)
    .map((minute) => order.reduce((sum, name) => sum + minute[name], 0));
  const mails = Math.max(0, ...recent);
  if (mails === 0) return { text: overview.quiet(up, total), tone: "calm" };
  return { text: overview.flowing(mails, up, total), tone: "good" };
}
