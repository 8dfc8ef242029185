import { Button, Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Alert } from "../api/types";
import type { Column } from "../kit/data_table";
import { count } from "../kit/numbers";
import { TimeText } from "../kit/time_text";
import { alerts } from "../strings";

export interface AlertActs {
  selected: ReadonlySet<string>;
  select: (id: string) => void;
  acknowledge: (ids: string[]) => void;
}

function textOf(alert: Alert): string {
  return alert.text || alerts.otherTexts;
}

function Text({ alert }: { alert: Alert }) {
  return alert.text ? <strong>{alert.text}</strong> : <em>{alerts.otherTexts}</em>;
}

function Mails({ alert }: { alert: Alert }) {
  return (
    <Link
      to="/mails"
      search={{ alert: alert.id } as never}
      className="link"
      aria-label={alerts.showMails(alert.mails, textOf(alert))}
    >
      {count(alert.mails)}
    </Link>
  );
}

function Standing({ alert, acts }: { alert: Alert; acts: AlertActs | undefined }) {
  if (alert.acknowledged)
    return (
      <span className="quiet small">
        {alerts.by(alert.acknowledged_by ?? "")} <TimeText at={alert.acknowledged} />
      </span>
    );
  if (!acts) return <span className="quiet">{alerts.states.open}</span>;
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => acts.acknowledge([alert.id])}
      aria-label={alerts.acknowledgeLabel(textOf(alert))}
    >
      {alerts.acknowledge}
    </Button>
  );
}

function Choice({ alert, acts }: { alert: Alert; acts: AlertActs }) {
  if (alert.acknowledged) return null;
  return (
    <Checkbox
      checked={acts.selected.has(alert.id)}
      onChange={() => acts.select(alert.id)}
      aria-label={alerts.select(textOf(alert))}
    />
  );
}

// `acts`: undefined for who may only look.
export function alertColumns(acts: AlertActs | undefined): Column<Alert>[] {
  const words = alerts.columns;
  return [
    ...(acts
      ? [
          {
            id: "select",
            header: "",
            label: alerts.selectColumn,
            width: "44px",
            cell: (alert: Alert) => <Choice alert={alert} acts={acts} />,
          },
        ]
      : []),
    { id: "last", header: words.last, width: "120px", cell: (alert) => <TimeText at={alert.last} /> },
    {
      id: "text",
      header: words.text,
      cell: (alert) => (
        <>
          <Text alert={alert} />
          <div className="quiet small">
            <span className="mono">{alert.rule}</span> · {alerts.since} <TimeText at={alert.first} />
          </div>
        </>
      ),
    },
    {
      id: "mails",
      header: words.mails,
      width: "80px",
      align: "right",
      cell: (alert) => <Mails alert={alert} />,
    },
    {
      id: "nodes",
      header: words.nodes,
      width: "14%",
      cell: (alert) => <span className="quiet">{alert.nodes.join(", ")}</span>,
    },
    {
      id: "state",
      header: words.state,
      width: "150px",
      cell: (alert) => <Standing alert={alert} acts={acts} />,
    },
  ];
}

export function AlertCard({ alert, acts }: { alert: Alert; acts: AlertActs | undefined }) {
  return (
    <div>
      <div className="card-line">
        <Text alert={alert} />
        <span className="quiet small">
          <TimeText at={alert.last} />
        </span>
      </div>
      <div className="quiet small">
        <span className="mono">{alert.rule}</span> · {alert.nodes.join(", ")} · {alerts.columns.mails}{" "}
        <Mails alert={alert} />
      </div>
      <div style={{ marginTop: 8 }}>
        <Standing alert={alert} acts={acts} />
      </div>
    </div>
  );
}
