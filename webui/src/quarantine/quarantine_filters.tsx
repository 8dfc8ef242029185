import { useQuery } from "@tanstack/react-query";
import { type ItemSearch, itemFilters, queuesQuery } from "../api/quarantine";
import { ActiveFilters, ClearFilter, Pick, SearchBox } from "../kit/filter_bar";
import { quarantine } from "../strings";

const stateChoices = Object.entries(quarantine.stateChoices).map(([value, label]) => ({ value, label }));

export function QuarantineFilters(props: {
  search: ItemSearch;
  filter: (change: ItemSearch, replace?: boolean) => void;
}) {
  const { search, filter } = props;
  const { data } = useQuery(queuesQuery);
  const queues = [
    { value: "", label: quarantine.anyQueue },
    ...(data?.items ?? []).map((queue) => ({
      value: queue.queue,
      label: quarantine.queueChoice(queue.queue, queue.label, queue.items),
    })),
  ];
  const others = itemFilters.filter((name) => search[name] && !["q", "queue", "state"].includes(name));
  return (
    <search className="filters">
      <SearchBox
        label={quarantine.search}
        value={search.q}
        onChange={(q) => filter({ q }, Boolean(search.q))}
      />
      <Pick
        label={quarantine.queue}
        value={search.queue}
        choices={queues}
        onChange={(queue) => filter({ queue })}
      />
      <Pick
        label={quarantine.state}
        value={search.state}
        choices={stateChoices}
        onChange={(state) => filter({ state })}
      />
      <ActiveFilters
        filters={others.map((name) => [name, search[name] ?? ""])}
        onRemove={(name) => filter({ [name]: undefined })}
      />
      {itemFilters.some((name) => search[name]) && (
        <ClearFilter
          clear={() => filter(Object.fromEntries(itemFilters.map((name) => [name, undefined])) as ItemSearch)}
        />
      )}
    </search>
  );
}
