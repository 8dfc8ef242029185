// Who changed what? Newest first; one entry opens with before and after.
import { useQuery } from "@tanstack/react-query";
import { auditFilters, auditPageSize, auditQuery, auditSearch } from "../api/accounts";
import type { AuditEntry } from "../api/types";
import { type Column, DataTable } from "../kit/data_table";
import { ActiveFilters, ClearFilter, Paging, Pick, SearchBox } from "../kit/filter_bar";
import { PageHead } from "../kit/page";
import { shortTime } from "../kit/time";
import { TimeText } from "../kit/time_text";
import { useSearchState } from "../kit/use_search";
import { audit, mails } from "../strings";
import { EntryDrawer } from "./entry_drawer";

const rangeChoices = Object.entries(mails.ranges).map(([value, label]) => ({ value, label }));
const words = audit.columns;
const columns: Column<AuditEntry>[] = [
  { id: "time", header: words.time, width: "120px", cell: (entry) => <TimeText at={entry.time} /> },
  { id: "actor", header: words.actor, width: "18%", cell: (entry) => <strong>{entry.actor}</strong> },
  {
    id: "action",
    header: words.action,
    width: "22%",
    cell: (entry) => <span className="mono">{entry.action}</span>,
  },
  {
    id: "object",
    header: words.object,
    cell: (entry) => (
      <span className="clip" style={{ display: "block" }} title={entry.object}>
        {entry.object}
      </span>
    ),
  },
  {
    id: "address",
    header: words.address,
    width: "190px",
    cell: (entry) => <span className="quiet mono">{entry.address || "–"}</span>,
  },
];

export function AuditPage() {
  const { search, filter, set, replaceAll } = useSearchState(auditSearch);
  const { data, error, refetch } = useQuery({
    ...auditQuery(search),
    refetchInterval: search.cursor ? false : 5000,
  });
  const filtered = auditFilters.some((name) => search[name]) || Boolean(search.range);
  const opened = data?.items.find((entry) => entry.id === search.open);

  return (
    <>
      <PageHead title={audit.title} text={audit.question} />
      <div className="panel">
        <search className="filters">
          <SearchBox label={audit.actor} value={search.actor} onChange={(actor) => filter({ actor })} />
          <SearchBox label={audit.action} value={search.action} onChange={(action) => filter({ action })} />
          <SearchBox label={audit.object} value={search.object} onChange={(object) => filter({ object })} />
          <Pick
            label={audit.range}
            value={search.range}
            choices={rangeChoices}
            onChange={(range) => filter({ range, from: undefined, to: undefined })}
          />
          <ActiveFilters
            filters={(["from", "to"] as const).filter((n) => search[n]).map((n) => [n, shortTime(search[n])])}
            onRemove={(name) => filter({ [name]: undefined })}
          />
          {filtered && <ClearFilter clear={() => replaceAll({})} />}
        </search>
        <DataTable
          label={audit.title}
          rows={data?.items}
          columns={columns}
          rowId={(row) => row.id}
          rowLabel={audit.rowLabel}
          card={(entry) => (
            <div>
              <div className="card-line">
                <strong>{entry.actor}</strong>
                <span className="quiet small">
                  <TimeText at={entry.time} />
                </span>
              </div>
              <div className="mono">{entry.action}</div>
              <div className="quiet">{entry.object}</div>
            </div>
          )}
          current={search.open}
          open={(row) => set({ open: row.id })}
          states={{
            error,
            retry: () => void refetch(),
            filtered,
            clear: () => replaceAll({}),
            empty: { title: audit.emptyTitle, text: audit.emptyText },
            noMatch: audit.noMatch,
          }}
        />
        {data && (
          <Paging
            place={search}
            size={auditPageSize}
            list={data}
            go={(place) => set({ ...place, open: undefined })}
          />
        )}
      </div>
      <EntryDrawer
        opened={Boolean(search.open) && data !== undefined}
        entry={opened}
        onClose={() => set({ open: undefined })}
      />
    </>
  );
}
