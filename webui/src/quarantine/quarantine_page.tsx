// What shall be released? List left, mail right (a drawer on a phone), keys for both.
import { Button, Checkbox } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { LearnedClass } from "../api/learning";
import { live } from "../api/overview";
import { itemFilters, itemPageSize, itemSearch, itemsQuery, useBulk } from "../api/quarantine";
import { useMay } from "../api/session";
import type { QuarantineItem } from "../api/types";
import { Confirm } from "../kit/confirm";
import { Paging } from "../kit/filter_bar";
import { FourStates } from "../kit/four_states";
import { Icon } from "../kit/icons";
import { PageHead } from "../kit/page";
import { said } from "../kit/said";
import { SideDrawer } from "../kit/side_drawer";
import { Lines } from "../kit/states";
import { useKeys } from "../kit/use_keys";
import { useSearchState } from "../kit/use_search";
import { quarantine } from "../strings";
import { BulkBar } from "./bulk_bar";
import { ItemList } from "./item_list";
import { canRelease, ItemView } from "./item_view";
import { KeysHelp } from "./keys_help";
import { neighbour } from "./neighbour";
import { QuarantineFilters } from "./quarantine_filters";
import { ReleaseDialog } from "./release_dialog";
import { reportBulk } from "./report_bulk";
import { useLearn } from "./use_learn";
import "./quarantine.css";

const noItems: QuarantineItem[] = [];

export function QuarantinePage() {
  const { search, filter, set, replaceAll } = useSearchState(itemSearch);
  const { data, error, refetch } = useQuery({ ...itemsQuery(search), refetchInterval: live.frame });
  const acts = useMay("quarantine");
  const narrow = useMediaQuery("(max-width: 1000px)", undefined, { getInitialValueInEffect: false });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [releasing, setReleasing] = useState<QuarantineItem[]>(noItems);
  const [deleting, setDeleting] = useState<QuarantineItem[]>(noItems);
  const [help, helpDialog] = useDisclosure(false);
  const bulk = useBulk();
  const learning = useLearn();
  const items = data?.items ?? noItems;
  const current = items.find((item) => item.id === search.open);
  const chosen = items.filter((item) => selected.has(item.id));
  const filtered = itemFilters.some((name) => search[name]);

  const open = (id: string | undefined, replace = false) => set({ open: id }, replace);
  const move = (step: 1 | -1) => {
    const next = neighbour(items, search.open, step);
    if (next) open(next.id, Boolean(search.open));
  };
  function select(id: string) {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  }
  const target = chosen.length > 0 ? chosen : current ? [current] : noItems;
  const act = (start: (items: QuarantineItem[]) => void) => {
    const able = target.filter(canRelease);
    if (acts && able.length > 0) start(able);
  };

  const learn = (as: LearnedClass) => act((able) => void learning.learn(able, as));

  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => current && acts && select(current.id),
    r: () => act(setReleasing),
    d: () => act(setDeleting),
    s: () => learn("spam"),
    h: () => learn("ham"),
    "?": helpDialog.open,
    Escape: () => (selected.size > 0 ? setSelected(new Set()) : open(undefined)),
  });

  async function remove() {
    const result = await bulk.mutateAsync({ action: "delete", ids: deleting.map((item) => item.id) });
    reportBulk(result);
    if (deleting.length === 1) said(quarantine.deleteAsked);
    setSelected(new Set());
  }

  const view = search.open && (
    <ItemView
      key={search.open}
      id={search.open}
      acts={acts}
      onRelease={(item) => setReleasing([item])}
      onDelete={(item) => setDeleting([item])}
      onLearn={(item, as) => void learning.learn([item], as)}
      learning={learning.progress !== undefined}
    />
  );

  const list =
    items.length === 0 ? (
      <FourStates
        rows={data?.items}
        skeleton={<Lines n={12} />}
        states={{
          error,
          retry: () => void refetch(),
          filtered,
          clear: () => replaceAll({}),
          empty: { title: quarantine.emptyTitle, text: quarantine.emptyText },
          noMatch: quarantine.noMatch,
        }}
      />
    ) : (
      <>
        {acts && (
          <Checkbox
            className="select-all"
            label={quarantine.selectAll}
            checked={chosen.length === items.length}
            indeterminate={chosen.length > 0 && chosen.length < items.length}
            onChange={() =>
              setSelected(chosen.length === items.length ? new Set() : new Set(items.map((item) => item.id)))
            }
          />
        )}
        <ItemList
          items={items}
          current={search.open}
          selected={selected as Set<string>}
          selects={acts}
          onOpen={(id) => open(id, Boolean(search.open))}
          onSelect={select}
        />
      </>
    );

  return (
    <>
      <PageHead title={quarantine.title} text={quarantine.question}>
        <Button
          variant="default"
          leftSection={<Icon name="keyboard" size={16} />}
          onClick={helpDialog.open}
          visibleFrom="sm"
        >
          {quarantine.keys}
        </Button>
      </PageHead>
      <div className="panel">
        <QuarantineFilters search={search} filter={filter} />
        {items.length === 0 && (narrow || !view) ? (
          list
        ) : (
          <div className="two-panes">
            <div className="item-pane">{list}</div>
            {!narrow && <div className="view-pane">{view || <p className="quiet">{quarantine.pick}</p>}</div>}
          </div>
        )}
        {data && (
          <Paging
            place={search}
            size={itemPageSize}
            list={data}
            go={(place) => set({ ...place, open: undefined })}
          />
        )}
      </div>
      {narrow && (
        <SideDrawer
          opened={Boolean(search.open)}
          onClose={() => open(undefined)}
          title={quarantine.preview}
          size="100%"
        >
          {view}
        </SideDrawer>
      )}
      <BulkBar
        n={chosen.length}
        onRelease={() => act(setReleasing)}
        onDelete={() => act(setDeleting)}
        onLearn={learn}
        progress={learning.progress}
        onClear={() => setSelected(new Set())}
      />
      <ReleaseDialog
        items={releasing}
        onClose={() => setReleasing(noItems)}
        onDone={() => setSelected(new Set())}
      />
      <Confirm
        opened={deleting.length > 0}
        onClose={() => setDeleting(noItems)}
        title={quarantine.deleteTitle(deleting.length)}
        effect={quarantine.deleteEffect(deleting.length)}
        verb={quarantine.deleteVerb(deleting.length)}
        onConfirm={remove}
      />
      <KeysHelp opened={help} onClose={helpDialog.close} />
    </>
  );
}
