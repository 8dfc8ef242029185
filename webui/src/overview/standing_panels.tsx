// How the nodes, the policy and the quarantine stand, in a few numbers that lead to their pages.
import { Link } from "@tanstack/react-router";
import { opens, useSession } from "../api/session";
import type { Overview } from "../api/types";
import { bytes, count, some } from "../kit/numbers";
import { Facts } from "../kit/page";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { overview } from "../strings";

export function StandingPanels({ data }: { data: Overview }) {
  const role = useSession()?.role;
  const { nodes, policy, quarantine, database } = data;
  return (
    <div className="standing">
      <section className="panel pad" aria-label={overview.nodes}>
        <PanelTitle text={overview.nodes} to={opens(role, "nodes") ? "/nodes" : undefined} />
        <div className="pills">
          <Pill tone={nodes.up > 0 ? "good" : "neutral"}>{`${nodes.up} ${overview.up}`}</Pill>
          {nodes.late > 0 && <Pill tone="quarantine">{`${nodes.late} ${overview.late}`}</Pill>}
          {nodes.down > 0 && <Pill tone="reject">{`${nodes.down} ${overview.down}`}</Pill>}
          {nodes.paused > 0 && <Pill tone="tempfail">{`${nodes.paused} ${overview.paused}`}</Pill>}
        </div>
      </section>
      <section className="panel pad" aria-label={overview.policy}>
        <PanelTitle text={overview.policy} to={opens(role, "rules") ? "/rules" : undefined} />
        <Facts
          rows={[
            [overview.revision, policy.revision || "–"],
            [overview.published, <TimeText key="at" at={policy.published} />],
            [
              overview.draft,
              policy.draft_changes ? some(policy.draft_changes, "change", "changes") : overview.noDraft,
            ],
          ]}
        />
      </section>
      <section className="panel pad" aria-label={overview.quarantine}>
        <PanelTitle text={overview.quarantine} to="/quarantine" />
        <Facts
          rows={[
            [overview.held, count(quarantine.items)],
            [overview.heldToday, count(quarantine.held_today)],
            [overview.size, bytes(quarantine.bytes)],
          ]}
        />
      </section>
      <p className="small quiet" style={{ margin: 0 }}>
        {database.available ? overview.database(database.kind) : overview.databaseAway}
      </p>
    </div>
  );
}

function PanelTitle({ text, to }: { text: string; to?: "/nodes" | "/rules" | "/quarantine" }) {
  return <h2 className="panel-title">{to ? <Link to={to}>{text}</Link> : text}</h2>;
}
