// Whose mail does a recipient want, and whose not? One table of all lists; an owner's own is a filter away.
import { Button, Paper } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { live } from "../api/overview";
import { useMay } from "../api/session";
import {
  type ListItem,
  throwRefused,
  useChangeLists,
  userListFilters,
  userListPageSize,
  userListSearch,
  userListsQuery,
} from "../api/user_lists";
import { Confirm } from "../kit/confirm";
import { DataTable } from "../kit/data_table";
import { ActiveFilters, ClearFilter, Paging, Pick, SearchBox } from "../kit/filter_bar";
import { Icon } from "../kit/icons";
import { Notice } from "../kit/notice";
import { PageHead } from "../kit/page";
import { said } from "../kit/said";
import { useSearchState } from "../kit/use_search";
import { userLists } from "../strings";
import { AddDialog } from "./add_dialog";
import { Fullness } from "./fullness";
import { ImportDialog } from "./import_dialog";
import { entryId, type ListActs, UserListCard, userListColumns } from "./user_list_columns";
import "./user_lists.css";

const kindChoices = [
  { value: "", label: userLists.anyKind },
  ...Object.entries(userLists.kinds).map(([value, label]) => ({ value, label })),
];
const noEntries: ListItem[] = [];

export function UserListsPage() {
  const { search, filter, set, replaceAll } = useSearchState(userListSearch);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...userListsQuery(search),
    refetchInterval: live.slow,
  });
  const may = useMay("quarantine");
  const change = useChangeLists();
  const [adding, addDialog] = useDisclosure(false);
  const [importing, importDialog] = useDisclosure(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<ListItem[]>(noEntries);
  const items = data?.items ?? noEntries;
  const chosen = items.filter((entry) => selected.has(entryId(entry)));
  const filtered = userListFilters.some((name) => search[name]);
  // The owner as the master folds it: with that filter the answer names no other.
  const owner = data && search.owner && !isPlaceholderData ? Object.keys(data.owners)[0] : undefined;
  const only = removing.length === 1 ? removing[0] : undefined;

  function select(id: string) {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  }
  async function remove() {
    const entries = removing.map(({ owner, sender }) => ({ owner, sender }));
    throwRefused(await change.mutateAsync({ action: "remove", entries }));
    said(userLists.removed(entries.length));
    setSelected(new Set());
  }
  const acts: ListActs | undefined = may
    ? { selected, select, remove: (entry) => setRemoving([entry]) }
    : undefined;
  const actions = may && (
    <>
      <Button variant="default" onClick={importDialog.open}>
        {userLists.import}
      </Button>
      <Button leftSection={<Icon name="plus" size={16} />} onClick={addDialog.open}>
        {userLists.add}
      </Button>
    </>
  );

  return (
    <>
      <PageHead title={userLists.title} text={userLists.question}>
        {actions}
      </PageHead>
      {data && !data.acted_on && (
        <Notice tone="quarantine" title={userLists.idleTitle}>
          {userLists.idleText}
        </Notice>
      )}
      <div className="panel">
        <search className="filters">
          <SearchBox
            label={userLists.search}
            value={search.q}
            onChange={(q) => filter({ q }, Boolean(search.q))}
          />
          <Pick
            label={userLists.kind}
            value={search.kind}
            choices={kindChoices}
            onChange={(kind) => filter({ kind })}
          />
          <ActiveFilters
            filters={(["owner", "sender"] as const).flatMap((name): [string, string][] =>
              search[name] ? [[userLists.columns[name], search[name]]] : [],
            )}
            onRemove={(name) =>
              filter(name === userLists.columns.owner ? { owner: undefined } : { sender: undefined })
            }
          />
          {filtered && <ClearFilter clear={() => replaceAll({})} />}
          {data && <Fullness counts={data} owner={owner} />}
        </search>
        <DataTable
          label={userLists.title}
          rows={data?.items}
          columns={userListColumns(acts)}
          rowId={entryId}
          card={(entry) => <UserListCard entry={entry} acts={acts} />}
          states={{
            error,
            retry: () => void refetch(),
            filtered,
            clear: () => replaceAll({}),
            empty: { title: userLists.emptyTitle, text: userLists.emptyText },
            noMatch: userLists.noMatch,
          }}
        />
        {data && (
          <Paging
            place={search}
            size={userListPageSize}
            list={data}
            go={set}
            words={{ older: userLists.next, newest: userLists.first }}
          >
            {may && items.length > 1 && chosen.length === 0 && (
              <Button variant="subtle" size="xs" onClick={() => setSelected(new Set(items.map(entryId)))}>
                {userLists.selectAll(items.length)}
              </Button>
            )}
          </Paging>
        )}
      </div>
      {chosen.length > 0 && (
        <Paper className="bulk-bar" role="toolbar" aria-label={userLists.selected(chosen.length)} shadow="lg">
          <strong>{userLists.selected(chosen.length)}</strong>
          <Button size="xs" onClick={() => setRemoving(chosen)}>
            {userLists.removeVerb(chosen.length)}
          </Button>
          <Button size="xs" variant="subtle" onClick={() => setSelected(new Set())}>
            {userLists.clearSelection}
          </Button>
        </Paper>
      )}
      <AddDialog opened={adding} owner={owner} onClose={addDialog.close} />
      <ImportDialog opened={importing} onClose={importDialog.close} />
      <Confirm
        opened={removing.length > 0}
        onClose={() => setRemoving(noEntries)}
        title={userLists.removeTitle(removing.length)}
        verb={userLists.removeVerb(removing.length)}
        onConfirm={remove}
        effect={
          <>
            {userLists.removeEffect(removing.length)}
            {only && (
              <div className="mono" style={{ marginTop: 8, overflowWrap: "anywhere" }}>
                {userLists.entry(only)}
              </div>
            )}
          </>
        }
      />
    </>
  );
}
