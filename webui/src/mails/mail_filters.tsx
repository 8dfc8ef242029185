import { useQuery } from "@tanstack/react-query";
import { type MailSearch, mailFilters } from "../api/mails";
import { nodeNamesQuery } from "../api/nodes";
import { opens, useSession } from "../api/session";
import { ActiveFilters, ClearFilter, Pick, SearchBox } from "../kit/filter_bar";
import { shortTime } from "../kit/time";
import { directions, mails, verdicts } from "../strings";

const verdictChoices = [
  { value: "", label: mails.anyVerdict },
  ...["deliver", "quarantine", "reject", "tempfail", "discard"].map((value) => ({
    value,
    label: verdicts[value] ?? value,
  })),
];
const directionChoices = [
  { value: "", label: mails.anyDirection },
  ...["inbound", "outbound"].map((value) => ({ value, label: directions[value] ?? value })),
];
const rangeChoices = Object.entries(mails.ranges).map(([value, label]) => ({ value, label }));

export function useNodeChoices() {
  const role = useSession()?.role;
  const { data } = useQuery({ ...nodeNamesQuery, enabled: opens(role, "nodes") });
  return [
    { value: "", label: mails.anyNode },
    ...(data?.items ?? []).map((node) => ({ value: node.id, label: node.name })),
  ];
}

export function MailFilters(props: {
  search: MailSearch;
  filter: (change: MailSearch, replace?: boolean) => void;
}) {
  const { search, filter } = props;
  const nodes = useNodeChoices();
  const own = ["q", "verdict", "node", "direction"];
  const others = mailFilters.filter((name) => search[name] && !own.includes(name));
  const shown = others.map((name): [string, string] => [
    name,
    name === "from" || name === "to" ? shortTime(search[name]) : (search[name] ?? ""),
  ]);
  const any = mailFilters.some((name) => search[name]) || search.range;
  return (
    <search className="filters">
      <SearchBox label={mails.search} value={search.q} onChange={(q) => filter({ q }, Boolean(search.q))} />
      <Pick
        label={mails.verdict}
        value={search.verdict}
        choices={verdictChoices}
        onChange={(verdict) => filter({ verdict })}
      />
      <Pick
        label={mails.range}
        value={search.range}
        choices={rangeChoices}
        onChange={(range) => filter({ range, from: undefined, to: undefined })}
      />
      {nodes.length > 2 && (
        <Pick label={mails.node} value={search.node} choices={nodes} onChange={(node) => filter({ node })} />
      )}
      <Pick
        label={mails.direction}
        value={search.direction}
        choices={directionChoices}
        onChange={(direction) => filter({ direction })}
      />
      <ActiveFilters filters={shown} onRemove={(name) => filter({ [name]: undefined })} />
      {any && (
        <ClearFilter
          clear={() =>
            filter(
              Object.fromEntries([...mailFilters, "range"].map((name) => [name, undefined])) as MailSearch,
            )
          }
        />
      )}
    </search>
  );
}
