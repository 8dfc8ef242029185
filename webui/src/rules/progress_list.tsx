// How far a published revision has come, node by node, live until every node has answered.
import { Progress, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { progressQuery } from "../api/policy";
import type { Progress as PolicyProgress } from "../api/policy_types";
import { TimeText } from "../kit/time_text";
import { Pill, type Tone } from "../kit/verdict";
import { rules } from "../strings";

const words = rules.publish;
const tones: Record<string, Tone> = { applied: "good", waiting: "tag", refused: "reject", away: "discard" };

export function settled(progress: PolicyProgress | undefined): boolean {
  return progress?.nodes.every((node) => node.state !== "waiting") ?? false;
}

export function ProgressList({ revision }: { revision: number }) {
  const { data } = useQuery({
    ...progressQuery,
    staleTime: 0,
    refetchInterval: (query) => (settled(query.state.data) ? 3000 : 400),
  });
  if (!data || data.revision < revision) return <Text c="dimmed">…</Text>;
  if (data.nodes.length === 0) return <Text>{words.noNodes}</Text>;
  const applied = data.nodes.filter((node) => node.state === "applied").length;
  const text = words.progress(applied, data.nodes.length);
  return (
    <div>
      <Text role="status" fw={600} mb={8}>
        {text}
      </Text>
      <Progress value={(applied / data.nodes.length) * 100} mb={12} aria-label={text} />
      <ul className="progress-list" aria-label={words.progressLabel}>
        {data.nodes.map((node) => (
          <li key={node.node_id}>
            <Link to="/nodes" search={{ open: node.node_id } as never} className="link">
              {node.node}
            </Link>
            <Pill tone={tones[node.state] ?? "neutral"}>{words.states[node.state] ?? node.state}</Pill>
            {node.state !== "applied" && (
              <span className="quiet">
                {words.stillOn(node.applied)}
                {node.state === "away" && node.since && (
                  <>
                    , {words.since} <TimeText at={node.since} />
                  </>
                )}
              </span>
            )}
            {node.reason && <span className="progress-reason">{node.reason}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
