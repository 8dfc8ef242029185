import type { MailRow } from "../api/types";
import type { Column } from "../kit/data_table";
import { Address, Marks, Recipients, Subject } from "../kit/mail_cells";
import { TimeText } from "../kit/time_text";
import { Verdict } from "../kit/verdict";
import { mails } from "../strings";

const words = mails.columns;

export function mailColumns(): Column<MailRow>[] {
  return [
    { id: "time", header: words.time, width: "104px", cell: (mail) => <TimeText at={mail.time} /> },
    {
      id: "verdict",
      header: words.verdict,
      width: "132px",
      cell: (mail) => <Verdict verdict={mail.verdict} />,
    },
    { id: "sender", header: words.sender, width: "17%", cell: (mail) => <Address address={mail.sender} /> },
    {
      id: "to",
      header: words.recipients,
      width: "15%",
      cell: (mail) => <Recipients list={mail.recipients} />,
    },
    {
      id: "subject",
      header: words.subject,
      cell: (mail) => (
        <span style={{ display: "flex", gap: 8, minWidth: 0 }}>
          <Subject text={mail.subject} />
          <Marks mail={mail} />
        </span>
      ),
    },
    {
      id: "rule",
      header: words.rule,
      width: "12%",
      cell: (mail) => (
        <span className="mono clip quiet" style={{ display: "block" }} title={mail.rule}>
          {mail.rule || "–"}
        </span>
      ),
    },
    {
      id: "node",
      header: words.node,
      width: "76px",
      cell: (mail) => (
        <span className="clip" style={{ display: "block" }} title={mail.node}>
          {mail.node}
        </span>
      ),
    },
  ];
}

export function MailCard({ mail }: { mail: MailRow }) {
  return (
    <div>
      <div className="card-line">
        <Verdict verdict={mail.verdict} />
        <span className="quiet small">
          <TimeText at={mail.time} />
        </span>
      </div>
      <div style={{ fontWeight: 500, marginTop: 4 }}>
        <Subject text={mail.subject} />
      </div>
      <Address address={mail.sender} />
      <div className="card-line quiet">
        <Recipients list={mail.recipients} />
        <span className="small">{mail.node}</span>
      </div>
      <Marks mail={mail} />
    </div>
  );
}
