import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type DmarcSent, dmarcPageSize, dmarcSentQuery, reportAddress } from "../api/dmarc";
import { live } from "../api/overview";
import { type Column, DataTable } from "../kit/data_table";
import { Paging } from "../kit/filter_bar";
import { Icon } from "../kit/icons";
import { Notice } from "../kit/notice";
import { count } from "../kit/numbers";
import { TimeText } from "../kit/time_text";
import { Pill, type Tone } from "../kit/verdict";
import { dmarc } from "../strings";
import type { TabProps } from "./received_tab";
import { stateOf } from "./share";

const words = dmarc.sent;
const tones: Record<string, Tone> = {
  sent: "good",
  failed: "reject",
  unsure: "quarantine",
  waiting: "tempfail",
};

function State({ report }: { report: DmarcSent }) {
  const state = stateOf(report);
  return <Pill tone={tones[state] ?? "neutral"}>{words.states[state] ?? state}</Pill>;
}

function Domain({ report }: { report: DmarcSent }) {
  return (
    <>
      <strong className="clip" style={{ display: "block" }} title={report.domain ?? undefined}>
        {report.domain ?? words.otherDomains}
      </strong>
      {report.part > 1 && <span className="quiet small">{words.part(report.part)}</span>}
    </>
  );
}

function Mails({ report }: { report: DmarcSent }) {
  return (
    <>
      {count(report.mails)}
      {report.left_out > 0 && <div className="quiet small">{words.leftOut(report.left_out)}</div>}
    </>
  );
}

function To({ report }: { report: DmarcSent }) {
  return report.destinations.map((one) => (
    <div key={one.address} style={{ minWidth: 0 }}>
      <span className="clip" style={{ display: "block" }} title={one.address}>
        {one.address}
      </span>
      {one.state !== "sent" && one.detail && (
        <span className="quiet small clip" style={{ display: "block" }} title={one.detail}>
          {one.detail}
        </span>
      )}
      {one.state === "waiting" && one.tries > 0 && (
        <span className="quiet small">
          {words.nextTry} <TimeText at={one.next_try} relative />
        </span>
      )}
    </div>
  ));
}

function File({ report }: { report: DmarcSent }) {
  if (report.domain === null) return null;
  return (
    <Button
      component="a"
      href={reportAddress(report.id)}
      download
      size="compact-sm"
      variant="subtle"
      leftSection={<Icon name="download" size={15} />}
      aria-label={words.xmlLabel(report.domain, report.day)}
    >
      {words.xml}
    </Button>
  );
}

const columns: Column<DmarcSent>[] = [
  { id: "day", header: words.columns.day, width: "110px", cell: (row) => row.day },
  { id: "domain", header: words.columns.domain, width: "22%", cell: (row) => <Domain report={row} /> },
  {
    id: "mails",
    header: words.columns.mails,
    width: "120px",
    align: "right",
    cell: (row) => <Mails report={row} />,
  },
  {
    id: "rows",
    header: words.columns.rows,
    width: "80px",
    align: "right",
    cell: (row) => count(row.rows),
  },
  { id: "state", header: words.columns.state, width: "196px", cell: (row) => <State report={row} /> },
  { id: "to", header: words.columns.to, cell: (row) => <To report={row} /> },
  { id: "file", header: words.columns.file, width: "100px", cell: (row) => <File report={row} /> },
];

export function SentTab({ search, filter, set }: TabProps) {
  const { data, error, refetch } = useQuery({
    ...dmarcSentQuery(search),
    refetchInterval: search.cursor ? false : live.slow,
  });
  return (
    <>
      <search className="filters">
        <TextInput
          type="date"
          aria-label={words.day}
          leftSection={<span className="quiet small">{words.dayShort}</span>}
          leftSectionWidth={78}
          value={search.day ?? ""}
          onChange={(event) => filter({ day: event.currentTarget.value || undefined })}
        />
      </search>
      {data?.hindrance && (
        <div style={{ padding: "0 16px 12px" }}>
          <Notice tone="quarantine" title={words.hindered}>
            {data.hindrance}
          </Notice>
        </div>
      )}
      <DataTable
        label={words.label}
        rows={data?.items}
        columns={columns}
        rowId={(row) => row.id}
        card={(row) => (
          <div>
            <div className="card-line">
              <Domain report={row} />
              <span className="quiet">{row.day}</span>
            </div>
            <div className="card-line">
              <State report={row} />
              <span className="quiet">
                {words.columns.mails} <Mails report={row} />
              </span>
            </div>
            <To report={row} />
            <File report={row} />
          </div>
        )}
        states={{
          error,
          retry: () => void refetch(),
          filtered: search.day !== undefined,
          clear: () => filter({ day: undefined }),
          empty: { title: words.emptyTitle, text: words.emptyText },
          noMatch: words.noMatch,
        }}
      />
      {data && <Paging place={search} size={dmarcPageSize} list={data} go={set} />}
    </>
  );
}
