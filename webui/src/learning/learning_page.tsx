// What was learned of spam and ham, whether it is enough, and taking it back.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type LearnedMail,
  learnedFilters,
  learnedMailsQuery,
  learnedPageSize,
  learnedSearch,
  useForget,
} from "../api/learning";
import { live } from "../api/overview";
import { useMay } from "../api/session";
import { Confirm } from "../kit/confirm";
import { DataTable } from "../kit/data_table";
import { ClearFilter, Paging, Pick, SearchBox } from "../kit/filter_bar";
import { PageHead } from "../kit/page";
import { said } from "../kit/said";
import { useSearchState } from "../kit/use_search";
import { learning } from "../strings";
import { LearnFiles } from "./learn_files";
import { LearnedCard, learnedColumns } from "./learned_columns";
import { LearningState } from "./learning_state";

const classChoices = [
  { value: "", label: learning.anyClass },
  { value: "spam", label: learning.onlyClass.spam },
  { value: "ham", label: learning.onlyClass.ham },
];

export function LearningPage() {
  const { search, filter, set, replaceAll } = useSearchState(learnedSearch);
  const { data, error, refetch } = useQuery({
    ...learnedMailsQuery(search),
    refetchInterval: search.cursor ? false : live.slow,
  });
  const acts = useMay("quarantine");
  const forgetting = useForget();
  const [going, setGoing] = useState<LearnedMail>();
  const filtered = learnedFilters.some((name) => search[name]);
  const forget = acts ? setGoing : undefined;

  return (
    <>
      <PageHead title={learning.title} text={learning.question}>
        <LearnFiles />
      </PageHead>
      <LearningState />
      <div className="panel">
        <search className="filters">
          <SearchBox
            label={learning.search}
            value={search.q}
            onChange={(q) => filter({ q }, Boolean(search.q))}
          />
          <Pick
            label={learning.columns.class}
            value={search.class}
            choices={classChoices}
            onChange={(value) => filter({ class: value })}
          />
          {filtered && <ClearFilter clear={() => replaceAll({})} />}
        </search>
        <DataTable
          label={learning.list}
          rows={data?.items}
          columns={learnedColumns(forget)}
          rowId={(mail) => mail.sha256}
          card={(mail) => <LearnedCard mail={mail} forget={forget} />}
          states={{
            error,
            retry: () => void refetch(),
            filtered,
            clear: () => replaceAll({}),
            empty: { title: learning.emptyTitle, text: learning.emptyText },
            noMatch: learning.noMatch,
          }}
        />
        {data && <Paging place={search} size={learnedPageSize} list={data} go={set} />}
      </div>
      <Confirm
        opened={going !== undefined}
        onClose={() => setGoing(undefined)}
        title={learning.forgetTitle}
        effect={going && learning.forgetEffect(going.subject, going.class)}
        verb={learning.forget}
        onConfirm={async () => {
          if (!going) return;
          await forgetting.mutateAsync(going.sha256);
          said(learning.forgotten);
        }}
      />
    </>
  );
}
