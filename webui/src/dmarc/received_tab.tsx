import { useQuery } from "@tanstack/react-query";
import { type DmarcDomain, type DmarcSearch, dmarcDomainsQuery } from "../api/dmarc";
import { live } from "../api/overview";
import { type Column, DataTable } from "../kit/data_table";
import { Pick } from "../kit/filter_bar";
import { count } from "../kit/numbers";
import { TimeText } from "../kit/time_text";
import { dmarc } from "../strings";
import { DomainDrawer } from "./domain_drawer";
import { share } from "./share";

export interface TabProps {
  search: DmarcSearch;
  filter: (change: DmarcSearch, replace?: boolean) => void;
  set: (change: DmarcSearch, replace?: boolean) => void;
}

const rangeChoices = Object.entries(dmarc.ranges).map(([value, label]) => ({ value, label }));
const words = dmarc.received.columns;

const columns: Column<DmarcDomain>[] = [
  {
    id: "domain",
    header: words.domain,
    sort: (row) => row.domain,
    cell: (row) => (
      <strong className="clip" style={{ display: "block" }} title={row.domain}>
        {row.domain}
      </strong>
    ),
  },
  {
    id: "mails",
    header: words.mails,
    width: "110px",
    align: "right",
    sort: (row) => row.mails,
    cell: (row) => count(row.mails),
  },
  {
    id: "passed",
    header: words.passed,
    width: "100px",
    align: "right",
    sort: (row) => (row.mails > 0 ? row.passed / row.mails : 0),
    cell: (row) => share(row.passed, row.mails),
  },
  {
    id: "held",
    header: words.held,
    width: "130px",
    align: "right",
    sort: (row) => row.quarantined,
    cell: (row) => count(row.quarantined),
  },
  {
    id: "rejected",
    header: words.rejected,
    width: "110px",
    align: "right",
    sort: (row) => row.rejected,
    cell: (row) => count(row.rejected),
  },
  {
    id: "reports",
    header: words.reports,
    width: "180px",
    sort: (row) => row.reports,
    cell: (row) => dmarc.received.reportsOf(row.reports, row.organizations),
  },
  {
    id: "newest",
    header: words.newest,
    width: "130px",
    sort: (row) => row.newest ?? "",
    cell: (row) => <TimeText at={row.newest} />,
  },
];

export function ReceivedTab({ search, filter, set }: TabProps) {
  const { data, error, refetch } = useQuery({
    ...dmarcDomainsQuery(search.range),
    refetchInterval: live.slow,
  });
  return (
    <>
      <search className="filters">
        <Pick
          label={dmarc.range}
          value={search.range ?? "30d"}
          choices={rangeChoices}
          onChange={(range) => filter({ range: range === "30d" ? undefined : range })}
        />
      </search>
      <DataTable
        label={dmarc.received.label}
        rows={data?.items}
        columns={columns}
        rowId={(row) => row.domain}
        rowLabel={dmarc.received.rowLabel}
        card={(row) => (
          <div>
            <div className="card-line">
              <strong className="clip">{row.domain}</strong>
              <span>{share(row.passed, row.mails)}</span>
            </div>
            <div className="card-line quiet">
              <span>
                {words.mails} {count(row.mails)}
              </span>
              <span>
                {words.rejected} {count(row.rejected)}
              </span>
            </div>
            <div className="quiet small">
              {dmarc.received.reportsOf(row.reports, row.organizations)} · <TimeText at={row.newest} />
            </div>
          </div>
        )}
        current={search.open}
        open={(row) => set({ open: row.domain })}
        states={{
          error,
          retry: () => void refetch(),
          filtered: search.range !== undefined,
          clear: () => filter({ range: undefined }),
          empty: { title: dmarc.received.emptyTitle, text: dmarc.received.emptyText },
          noMatch: dmarc.received.noMatch,
        }}
      />
      <DomainDrawer domain={search.open} range={search.range} onClose={() => set({ open: undefined })} />
    </>
  );
}
