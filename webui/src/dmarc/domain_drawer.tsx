// One of our domains: which addresses sent in its name, and who says so.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type DmarcReceived, type DmarcSource, dmarcDomainQuery } from "../api/dmarc";
import { type Column, DataTable } from "../kit/data_table";
import { count } from "../kit/numbers";
import { Section } from "../kit/page";
import { SideDrawer } from "../kit/side_drawer";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { dmarc } from "../strings";
import { share } from "./share";

const words = dmarc.domain;

function Done({ row }: { row: DmarcSource }) {
  const parts = [
    row.quarantined > 0 && words.heldBy(row.quarantined),
    row.rejected > 0 && words.rejectedBy(row.rejected),
  ].filter(Boolean);
  return <span className="quiet">{parts.length > 0 ? parts.join(", ") : words.delivered}</span>;
}

const sourceColumns: Column<DmarcSource>[] = [
  {
    id: "source",
    header: words.columns.source,
    sort: (row) => row.source,
    cell: (row) => (
      <span className="mono clip" style={{ display: "block" }} title={row.source}>
        {row.source}
      </span>
    ),
  },
  {
    id: "mails",
    header: words.columns.mails,
    width: "90px",
    align: "right",
    sort: (row) => row.mails,
    cell: (row) => count(row.mails),
  },
  {
    id: "passed",
    header: words.columns.passed,
    width: "90px",
    align: "right",
    sort: (row) => (row.mails > 0 ? row.passed / row.mails : 0),
    cell: (row) => <strong>{share(row.passed, row.mails)}</strong>,
  },
  {
    id: "dkim",
    header: words.columns.dkim,
    width: "80px",
    align: "right",
    cell: (row) => share(row.dkim, row.mails),
  },
  {
    id: "spf",
    header: words.columns.spf,
    width: "80px",
    align: "right",
    cell: (row) => share(row.spf, row.mails),
  },
  { id: "done", header: words.columns.disposition, width: "190px", cell: (row) => <Done row={row} /> },
];

function Origin({ report }: { report: DmarcReceived }) {
  return (
    <span style={{ display: "inline-flex", gap: 8, flexWrap: "wrap" }}>
      {report.origin ?? "–"}
      {!report.authenticated && (
        <span title={words.unverifiedHelp}>
          <Pill tone="tempfail">{words.unverified}</Pill>
        </span>
      )}
    </span>
  );
}

const reportColumns: Column<DmarcReceived>[] = [
  {
    id: "end",
    header: words.reportColumns.end,
    width: "130px",
    cell: (row) => <TimeText at={row.end} />,
  },
  {
    id: "organization",
    header: words.reportColumns.organization,
    cell: (row) => (
      <span className="clip" style={{ display: "block" }} title={row.id}>
        {row.organization}
      </span>
    ),
  },
  {
    id: "mails",
    header: words.reportColumns.mails,
    width: "90px",
    align: "right",
    cell: (row) => count(row.mails),
  },
  {
    id: "passed",
    header: words.reportColumns.passed,
    width: "90px",
    align: "right",
    cell: (row) => share(row.passed, row.mails),
  },
  { id: "origin", header: words.reportColumns.origin, width: "34%", cell: (row) => <Origin report={row} /> },
];

export function DomainDrawer(props: {
  domain: string | undefined;
  range: string | undefined;
  onClose: () => void;
}) {
  const { domain } = props;
  return (
    <SideDrawer
      opened={domain !== undefined}
      onClose={props.onClose}
      title={words.drawer(domain ?? "")}
      size={860}
    >
      {domain !== undefined && <Body domain={domain} range={props.range} />}
    </SideDrawer>
  );
}

function Body({ domain, range }: { domain: string; range: string | undefined }) {
  const { data, error, refetch } = useQuery(dmarcDomainQuery(domain, range));
  const omitted = (data?.reports ?? []).reduce((sum, report) => sum + report.omitted_mails, 0);
  const states = { error, retry: () => void refetch(), empty: { title: words.emptyTitle } };
  return (
    <>
      <Section title={words.sources}>
        <DataTable
          label={words.sources}
          rows={data?.sources}
          columns={sourceColumns}
          rowId={(row) => row.source}
          card={(row) => (
            <div>
              <div className="card-line">
                <span className="mono clip">{row.source}</span>
                <strong>{share(row.passed, row.mails)}</strong>
              </div>
              <div className="card-line quiet">
                <span>
                  {words.columns.mails} {count(row.mails)}
                </span>
                <span>
                  DKIM {share(row.dkim, row.mails)} · SPF {share(row.spf, row.mails)}
                </span>
              </div>
              <Done row={row} />
            </div>
          )}
          states={states}
        />
        {omitted > 0 && (
          <Text c="dimmed" mt={8}>
            {words.omitted(omitted)}
          </Text>
        )}
      </Section>
      <Section title={words.reports}>
        <DataTable
          label={words.reports}
          rows={data?.reports}
          columns={reportColumns}
          rowId={(row) => `${row.organization} ${row.id}`}
          card={(row) => (
            <div>
              <div className="card-line">
                <strong className="clip">{row.organization}</strong>
                <TimeText at={row.end} />
              </div>
              <div className="card-line quiet">
                <span>
                  {words.reportColumns.mails} {count(row.mails)}
                </span>
                <span>{share(row.passed, row.mails)}</span>
              </div>
              <Origin report={row} />
            </div>
          )}
          states={states}
        />
      </Section>
    </>
  );
}
