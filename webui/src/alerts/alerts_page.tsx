// What do rules want me to see? Repeats are one line with a count; acknowledged ones are a filter away.
import { Button, Paper } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { alertFilters, alertPageSize, alertSearch, alertsQuery, useAcknowledge } from "../api/alerts";
import { live } from "../api/overview";
import { useMay } from "../api/session";
import { DataTable } from "../kit/data_table";
import { ActiveFilters, ClearFilter, Paging, Pick, SearchBox } from "../kit/filter_bar";
import { PageHead } from "../kit/page";
import { failed, said } from "../kit/said";
import { useSearchState } from "../kit/use_search";
import { useNodeChoices } from "../mails/mail_filters";
import { alerts } from "../strings";
import { type AlertActs, AlertCard, alertColumns } from "./alert_columns";

const stateChoices = [
  { value: "", label: alerts.states.open },
  { value: "acknowledged", label: alerts.states.acknowledged },
  { value: "all", label: alerts.states.all },
];

export function AlertsPage() {
  const { search, filter, set, replaceAll } = useSearchState(alertSearch);
  const { data, error, refetch } = useQuery({
    ...alertsQuery(search),
    refetchInterval: search.cursor ? false : live.frame,
  });
  const acts = useMay("alerts");
  const nodes = useNodeChoices();
  const acknowledging = useAcknowledge();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const open = (data?.items ?? []).filter((alert) => !alert.acknowledged);
  const chosen = open.filter((alert) => selected.has(alert.id));
  const filtered = alertFilters.some((name) => search[name]);

  function select(id: string) {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  }
  async function acknowledge(ids: string[]) {
    try {
      const { results } = await acknowledging.mutateAsync(ids);
      const refused = results.find((one) => !one.ok);
      if (refused) said(alerts.notAll(refused.detail));
      else said(alerts.acknowledged(ids.length));
      setSelected(new Set());
    } catch (problem) {
      failed(alerts.failed, problem);
    }
  }
  const what: AlertActs | undefined = acts
    ? { selected, select, acknowledge: (ids) => void acknowledge(ids) }
    : undefined;

  return (
    <>
      <PageHead title={alerts.title} text={alerts.question}>
        {acts && open.length > 1 && chosen.length === 0 && (
          <Button variant="default" onClick={() => setSelected(new Set(open.map((alert) => alert.id)))}>
            {alerts.selectAll(open.length)}
          </Button>
        )}
      </PageHead>
      <div className="panel">
        <search className="filters">
          <SearchBox
            label={alerts.search}
            value={search.q}
            onChange={(q) => filter({ q }, Boolean(search.q))}
          />
          <Pick
            label={alerts.columns.state}
            value={search.state}
            choices={stateChoices}
            onChange={(state) => filter({ state })}
          />
          {nodes.length > 2 && (
            <Pick
              label={alerts.columns.nodes}
              value={search.node}
              choices={nodes}
              onChange={(node) => filter({ node })}
            />
          )}
          <ActiveFilters
            filters={search.rule ? [[alerts.columns.rule, search.rule]] : []}
            onRemove={() => filter({ rule: undefined })}
          />
          {filtered && <ClearFilter clear={() => replaceAll({})} />}
        </search>
        <DataTable
          label={alerts.title}
          rows={data?.items}
          columns={alertColumns(what)}
          rowId={(row) => row.id}
          card={(alert) => <AlertCard alert={alert} acts={what} />}
          states={{
            error,
            retry: () => void refetch(),
            filtered,
            clear: () => replaceAll({}),
            empty: { title: alerts.emptyTitle, text: alerts.emptyText },
            noMatch: alerts.noMatch,
          }}
        />
        {data && <Paging place={search} size={alertPageSize} list={data} go={set} />}
      </div>
      {chosen.length > 0 && (
        <Paper className="bulk-bar" role="toolbar" aria-label={alerts.selected(chosen.length)} shadow="lg">
          <strong>{alerts.selected(chosen.length)}</strong>
          <Button
            size="xs"
            loading={acknowledging.isPending}
            onClick={() => void acknowledge(chosen.map((alert) => alert.id))}
          >
            {alerts.acknowledgeMany(chosen.length)}
          </Button>
          <Button size="xs" variant="subtle" onClick={() => setSelected(new Set())}>
            {alerts.clearSelection}
          </Button>
        </Paper>
      )}
    </>
  );
}
