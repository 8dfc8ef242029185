// `rev 42 · 12/12 nodes`: does every node run what was published? Amber leads to the node that does not.
import { Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { live, overviewQuery } from "../api/overview";
import { opens } from "../api/session";
import type { Overview, Role } from "../api/types";
import { header } from "../strings";

export interface ChipState {
  text: string;
  help: string;
  tone: "calm" | "amber" | "red";
  node?: string;
}

export function chipState(policy: Overview["policy"], problems: Overview["problems"]): ChipState {
  if (policy.revision === 0) return { text: header.chipNone, help: header.chipNone, tone: "calm" };
  const text = header.chip(policy.revision, policy.applied, policy.of);
  const refused = policy.refused[0];
  if (refused) return { text, help: header.chipRefused(refused.node), tone: "amber", node: refused.node };
  const lag = policy.of - policy.applied;
  if (lag <= 0) return { text, help: header.chipAll, tone: "calm" };
  const link = problems.find((problem) => problem.link.startsWith("/nodes/"))?.link;
  return { text, help: header.chipLag(lag), tone: "amber", node: link?.slice("/nodes/".length) };
}

export function ClusterChip({ role }: { role: Role }) {
  const { data, error } = useQuery({ ...overviewQuery, refetchInterval: live.frame });
  if (error) {
    return (
      <span className="chip" data-tone="red" role="status">
        <span className="dot" />
        {header.chipNoMaster}
      </span>
    );
  }
  if (!data) return null;
  const state = chipState(data.policy, data.problems);
  return (
    <Tooltip label={state.help}>
      <Link
        to={opens(role, "nodes") ? "/nodes" : "/"}
        search={(state.node && opens(role, "nodes") ? { open: state.node } : {}) as never}
        className="chip"
        data-tone={state.tone}
        data-testid="cluster-chip"
        aria-label={`${state.text}. ${state.help}`}
      >
        <span className="dot" />
        {state.text}
      </Link>
    </Tooltip>
  );
}
