import type { NodeRow } from "../api/types";
import type { Column } from "../kit/data_table";
import { bytes, count } from "../kit/numbers";
import { AgeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { nodes } from "../strings";
import { freePart, NodeStateMark, Refusal, Revision, unhealthy } from "./node_words";

const words = nodes.columns;
const stateOrder = ["down", "late", "paused", "never", "up"];

export function nodeColumns(published: number): Column<NodeRow>[] {
  return [
    {
      id: "name",
      header: words.name,
      width: "16%",
      sort: (node) => node.name,
      cell: (node) => (
        <>
          <strong>{node.name}</strong>
          {node.groups.length > 0 && <div className="quiet small clip">{node.groups.join(", ")}</div>}
        </>
      ),
    },
    {
      id: "state",
      header: words.state,
      width: "170px",
      sort: (node) => stateOrder.indexOf(node.state),
      cell: (node) => (
        <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}>
          <NodeStateMark state={node.state} />
          <span className="quiet small">
            <AgeText since={node.since} />
          </span>
        </span>
      ),
    },
    {
      id: "revision",
      header: words.revision,
      width: "170px",
      sort: (node) => node.applied_revision,
      cell: (node) => (
        <>
          <Revision node={node} published={published} />
          <Refusal node={node} published={published} />
        </>
      ),
    },
    {
      id: "queue",
      header: words.queue,
      width: "120px",
      sort: (node) => node.queue.events,
      cell: (node) => nodes.events(node.queue.events),
    },
    {
      id: "disk",
      header: words.disk,
      width: "110px",
      sort: (node) => node.disk.free,
      cell: (node) => <Disk node={node} />,
    },
    {
      id: "mails",
      header: words.mails,
      width: "96px",
      align: "right",
      sort: (node) => node.mails_minute,
      cell: (node) => count(node.mails_minute),
    },
    { id: "health", header: words.health, cell: (node) => <Health node={node} /> },
    {
      id: "version",
      header: words.version,
      width: "88px",
      sort: (node) => node.version,
      cell: (node) => <span className="quiet">{node.version || "–"}</span>,
    },
  ];
}

function Disk({ node }: { node: NodeRow }) {
  const part = freePart(node.disk);
  if (part === null) return <span className="quiet">–</span>;
  return part < 0.1 ? <Pill tone="reject">{bytes(node.disk.free)}</Pill> : bytes(node.disk.free);
}

function Health({ node }: { node: NodeRow }) {
  const bad = unhealthy(node);
  if (bad.length > 0) return <Pill tone="reject">{nodes.unhealthy(bad)}</Pill>;
  return <span className="quiet">{node.health.length > 0 ? nodes.healthy : "–"}</span>;
}

export function NodeCard({ node, published }: { node: NodeRow; published: number }) {
  return (
    <div>
      <div className="card-line">
        <strong>{node.name}</strong>
        <NodeStateMark state={node.state} />
      </div>
      <div className="card-line quiet">
        <span>
          {words.revision} <Revision node={node} published={published} />
        </span>
        <span>
          {count(node.mails_minute)} {words.mails}
        </span>
      </div>
      <Refusal node={node} published={published} />
      <div className="card-line quiet">
        <span>
          {words.queue}: {nodes.events(node.queue.events)}
        </span>
        <Health node={node} />
      </div>
    </div>
  );
}
