// What happened to this mail? The filter is the address; the newest page is live.
import { UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { mailFilters, mailSearch, mailsQuery, pageSize } from "../api/mails";
import { live } from "../api/overview";
import { useCalmRows } from "../kit/calm_rows";
import { DataTable } from "../kit/data_table";
import { Paging } from "../kit/filter_bar";
import { PageHead } from "../kit/page";
import { useSearchState } from "../kit/use_search";
import { app, mails } from "../strings";
import { MailCard, mailColumns } from "./mail_columns";
import { MailDrawer } from "./mail_drawer";
import { MailFilters } from "./mail_filters";

export function MailsPage() {
  const { search, filter, set, replaceAll } = useSearchState(mailSearch);
  const [pointer, setPointer] = useState(false);
  const firstPage = !search.cursor;
  const { data, error, refetch } = useQuery({
    ...mailsQuery(search),
    refetchInterval: firstPage ? live.list : false,
  });
  const columns = useMemo(() => mailColumns(), []);
  const { open: _, ...filterKey } = search;
  const calm = useCalmRows(data?.items, pointer && firstPage, JSON.stringify(filterKey));
  const filtered = mailFilters.some((name) => search[name]) || Boolean(search.range);

  return (
    <>
      <PageHead title={mails.title} text={mails.question} />
      <div className="panel">
        <MailFilters search={search} filter={filter} />
        {calm.waiting > 0 && (
          <UnstyledButton className="new-rows" onClick={calm.show}>
            {app.newRows(calm.waiting)}
          </UnstyledButton>
        )}
        <div onPointerEnter={() => setPointer(true)} onPointerLeave={() => setPointer(false)}>
          <DataTable
            label={mails.title}
            rows={calm.rows}
            columns={columns}
            rowId={(row) => row.id}
            rowLabel={mails.rowLabel}
            card={(row) => <MailCard mail={row} />}
            current={search.open}
            open={(row) => set({ open: row.id })}
            states={{
              error,
              retry: () => void refetch(),
              filtered,
              clear: () => replaceAll({}),
              empty: { title: mails.emptyTitle, text: mails.emptyText },
              noMatch: mails.noMatch,
            }}
          />
        </div>
        {data && <Paging place={search} size={pageSize} list={data} go={set} />}
      </div>
      <MailDrawer id={search.open} onClose={() => set({ open: undefined })} />
    </>
  );
}
