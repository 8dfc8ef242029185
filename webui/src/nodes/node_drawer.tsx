// One node: everything its last sync said, what happened to it, and what can be done about it.
import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiProblem } from "../api/client";
import { nodeQuery } from "../api/nodes";
import { live } from "../api/overview";
import { useMay } from "../api/session";
import type { NodeDetail } from "../api/types";
import { CopyText } from "../kit/copy_text";
import { Icon } from "../kit/icons";
import { bytes, count } from "../kit/numbers";
import { Facts, Section } from "../kit/page";
import { SideDrawer } from "../kit/side_drawer";
import { Blank, Failed, Lines } from "../kit/states";
import { StoryLines } from "../kit/story_lines";
import { AgeText, TimeText } from "../kit/time_text";
import { app, nodes } from "../strings";
import { NodeActions } from "./node_actions";
import { clockText, NodeStateMark, Revision } from "./node_words";

export function NodeDrawer(props: { id: string | undefined; published: number; onClose: () => void }) {
  const { id, published, onClose } = props;
  const { data, error, refetch } = useQuery({
    ...nodeQuery(id ?? ""),
    enabled: id !== undefined,
    refetchInterval: live.list,
  });
  const acts = useMay("nodes");
  const node = id ? data : undefined;
  return (
    <SideDrawer opened={id !== undefined} onClose={onClose} title={nodes.drawer(node?.name ?? "")}>
      {node ? (
        <>
          <Group gap={8} mb={12} justify="space-between">
            <Group gap={8}>
              <NodeStateMark state={node.state} />
              <span className="quiet">
                <AgeText since={node.since} />
              </span>
            </Group>
            <Link to="/mails" search={{ node: node.id } as never} className="link">
              {nodes.openMails}
            </Link>
          </Group>
          {acts && <NodeActions node={node} onRemoved={onClose} />}
          <NodeView node={node} published={published} />
        </>
      ) : error instanceof ApiProblem && error.status === 404 ? (
        <Blank title={nodes.gone} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Lines n={10} />
      )}
    </SideDrawer>
  );
}

function NodeView({ node, published }: { node: NodeDetail; published: number }) {
  return (
    <>
      <Facts rows={factRows(node, published)} />
      {node.health.length > 0 && (
        <Section title={nodes.health}>
          <ul className="plain-list">
            {node.health.map((check) => (
              <li key={check.what} style={{ color: check.ok ? undefined : "var(--w-reject)" }}>
                <Icon name={check.ok ? "check" : "warning"} size={16} /> <strong>{check.what}</strong>{" "}
                <span>{check.detail}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={nodes.notices}>
        {node.notices.length > 0 ? <StoryLines lines={node.notices} /> : <Text c="dimmed">{app.none}</Text>}
      </Section>
    </>
  );
}

function factRows(node: NodeDetail, published: number): [string, ReactNode][] {
  const words = nodes.facts;
  const rows: [string, ReactNode][] = [
    [words.lastSeen, <TimeText key="s" at={node.last_seen} />],
    [words.revision, <Revision key="r" node={node} published={published} />],
  ];
  if (node.refused) rows.push([words.refused, nodes.refusedWhy(node.refused.revision, node.refused.reason)]);
  const whole = node.gaps + node.not_recorded + node.folded === 0;
  rows.push(
    [words.mails, count(node.mails_minute)],
    [words.lastEvent, <TimeText key="e" at={node.last_event} />],
    [words.queue, <QueueText key="q" node={node} />],
    [words.complete, whole ? nodes.complete : nodes.incomplete(node.gaps, node.not_recorded, node.folded)],
    [words.disk, node.disk.total ? nodes.diskText(bytes(node.disk.free), bytes(node.disk.total)) : "–"],
    [words.quarantine, `${count(node.disk.quarantine_items)} · ${bytes(node.disk.quarantine_bytes)}`],
    [words.clock, clockText(node.clock_skew_ms)],
    [words.address, <CopyText key="a" text={node.address} />],
    [words.groups, node.groups.join(", ") || "–"],
    [words.version, node.version || "–"],
    [words.capabilities, <Capabilities key="k" names={node.capabilities} />],
    [
      words.certificate,
      <span key="c">
        {nodes.certificateUntil} <TimeText at={node.certificate_expires} />
      </span>,
    ],
    [words.id, <CopyText key="i" text={node.id} />],
  );
  return rows;
}

function QueueText({ node }: { node: NodeDetail }) {
  const { events, bytes: size, oldest } = node.queue;
  if (events === 0) return nodes.events(0);
  return (
    <span>
      {nodes.events(events)}, {bytes(size)}
      {oldest && (
        <>
          , {nodes.facts.oldest} <TimeText at={oldest} relative />
        </>
      )}
    </span>
  );
}

// Which fields and actions of a policy this node's version knows: many, and seldom of interest.
function Capabilities({ names }: { names: string[] }) {
  if (names.length === 0) return "–";
  return (
    <details>
      <summary>{nodes.capabilities(names.length)}</summary>
      <span className="small">{names.join(", ")}</span>
    </details>
  );
}
