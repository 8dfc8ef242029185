// Every revision that was published; one opens with what differs from now, and may be brought back.
import { Button, Group, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { diffQuery, publishedQuery, revisionsQuery, useRollBack } from "../api/policy";
import type { Revision } from "../api/policy_types";
import { Confirm } from "../kit/confirm";
import { CopyText } from "../kit/copy_text";
import { type Column, DataTable } from "../kit/data_table";
import { Facts } from "../kit/page";
import { SideDrawer } from "../kit/side_drawer";
import { Failed, Lines } from "../kit/states";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { app, rules } from "../strings";
import { ChangeList } from "./change_list";
import { Done } from "./publish_dialog";

const words = rules.history;

interface Props {
  opened: string | undefined;
  onOpen: (revision: string | undefined) => void;
  acts: boolean;
}

export function HistoryTab({ opened, onOpen, acts }: Props) {
  const { data, error, refetch } = useQuery(revisionsQuery);
  const current = useQuery(publishedQuery).data?.revision ?? 0;
  const [done, setDone] = useState<number | null>(null);
  const columns = useMemo((): Column<Revision>[] => {
    const heads = words.columns;
    return [
      {
        id: "revision",
        header: heads.revision,
        width: "150px",
        cell: (one) => (
          <Group gap={8}>
            <strong>{one.revision}</strong>
            {one.revision === current && <Pill tone="good">{words.current}</Pill>}
          </Group>
        ),
      },
      { id: "at", header: heads.published, width: "140px", cell: (one) => <TimeText at={one.published} /> },
      { id: "by", header: heads.by, width: "150px", cell: (one) => one.published_by },
      {
        id: "comment",
        header: heads.comment,
        cell: (one) => one.comment || <span className="quiet">–</span>,
      },
      { id: "rules", header: heads.rules, width: "80px", align: "right", cell: (one) => one.rules },
    ];
  }, [current]);
  const revision = data?.items.find((one) => String(one.revision) === opened);

  return (
    <>
      <DataTable
        label={rules.tabs.history}
        rows={data?.items}
        columns={columns}
        rowId={(one) => String(one.revision)}
        rowLabel={(one) => words.show(one.revision)}
        card={(one) => (
          <div>
            <div className="card-line">
              <strong>{words.show(one.revision)}</strong>
              {one.revision === current && <Pill tone="good">{words.current}</Pill>}
            </div>
            <div>{one.comment}</div>
            <div className="quiet">
              {one.published_by} · <TimeText at={one.published} />
            </div>
          </div>
        )}
        current={opened}
        open={(one) => onOpen(String(one.revision))}
        states={{
          error,
          retry: () => void refetch(),
          empty: { title: words.emptyTitle, text: words.emptyText },
        }}
      />
      <SideDrawer
        opened={revision !== undefined}
        onClose={() => onOpen(undefined)}
        title={revision ? words.show(revision.revision) : ""}
        size={680}
      >
        {revision && <OneRevision revision={revision} current={current} acts={acts} onRestored={setDone} />}
      </SideDrawer>
      <Modal
        opened={done !== null}
        onClose={() => setDone(null)}
        title={rules.publish.done(done ?? 0)}
        size={680}
        closeButtonProps={{ "aria-label": app.close }}
      >
        {done !== null && <Done revision={done} onClose={() => setDone(null)} />}
      </Modal>
    </>
  );
}

function OneRevision(props: {
  revision: Revision;
  current: number;
  acts: boolean;
  onRestored: (revision: number) => void;
}) {
  const { revision, current, acts } = props;
  const serves = revision.revision === current;
  const diff = useQuery({ ...diffQuery(current, revision.revision, ""), enabled: !serves && current > 0 });
  const [asking, setAsking] = useState(false);
  const rollBack = useRollBack();
  const heads = words.columns;

  async function restore() {
    const published = await rollBack.mutateAsync({ revision: revision.revision, comment: "" });
    props.onRestored(published.revision);
  }

  return (
    <div>
      <Facts
        rows={[
          [heads.published, <TimeText key="t" at={revision.published} />],
          [heads.by, revision.published_by],
          [heads.comment, revision.comment || "–"],
          [heads.rules, revision.rules],
          ["SHA-256", <CopyText key="d" text={revision.digest} label="SHA-256" />],
        ]}
      />
      {acts && !serves && (
        <Button variant="default" my={16} onClick={() => setAsking(true)}>
          {words.restore}
        </Button>
      )}
      <Text my={12}>{serves ? words.serves : words.against(current)}</Text>
      {!serves && diff.error && <Failed error={diff.error} retry={() => void diff.refetch()} />}
      {!serves && !diff.data && !diff.error && <Lines n={4} />}
      {!serves && diff.data && diff.data.changes.length === 0 && <Text>{rules.publish.none}</Text>}
      {!serves && diff.data && <ChangeList changes={diff.data.changes} />}
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={words.restoreTitle(revision.revision)}
        effect={words.restoreEffect(revision.revision)}
        verb={words.restoreVerb}
        danger={false}
        onConfirm={restore}
      />
    </div>
  );
}
