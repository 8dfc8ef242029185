// Who is behind? Every node with its state, revision, queue, disk and health.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { nodesQuery } from "../api/nodes";
import { live, overviewQuery } from "../api/overview";
import { useMay } from "../api/session";
import { DataTable } from "../kit/data_table";
import { Icon } from "../kit/icons";
import { PageHead } from "../kit/page";
import { useSearchState } from "../kit/use_search";
import { nodes } from "../strings";
import { EnrollDialog } from "./enroll_dialog";
import { NodeCard, nodeColumns } from "./node_columns";
import { NodeDrawer } from "./node_drawer";
import { OpenEnrollments } from "./open_enrollments";

const worstFirst = [{ id: "state", desc: false }];
const searchNames = ["open", "enroll"] as const;

export function NodesPage() {
  const { search, set } = useSearchState(searchNames);
  const { data, error, refetch } = useQuery({ ...nodesQuery, refetchInterval: live.list });
  const published = useQuery(overviewQuery).data?.policy.revision ?? 0;
  const acts = useMay("nodes");
  const columns = useMemo(() => nodeColumns(published), [published]);
  // A link may name a node by its id or by its name.
  const opened =
    data?.items.find((node) => node.id === search.open || node.name === search.open)?.id ?? search.open;
  const enroll = acts && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => set({ enroll: "1" })}>
      {nodes.enroll}
    </Button>
  );

  return (
    <>
      <PageHead title={nodes.title} text={nodes.question}>
        {data && data.items.length > 0 && enroll}
      </PageHead>
      {acts && <OpenEnrollments />}
      <div className="panel">
        <DataTable
          label={nodes.title}
          rows={data?.items}
          columns={columns}
          rowId={(row) => row.id}
          rowLabel={(row) => nodes.drawer(row.name)}
          card={(row) => <NodeCard node={row} published={published} />}
          current={opened}
          open={(row) => set({ open: row.id })}
          sorting={worstFirst}
          states={{
            error,
            retry: () => void refetch(),
            empty: { title: nodes.emptyTitle, text: nodes.emptyText, action: enroll },
          }}
        />
      </div>
      <NodeDrawer id={opened} published={published} onClose={() => set({ open: undefined })} />
      <EnrollDialog
        opened={acts && Boolean(search.enroll)}
        onClose={() => set({ enroll: undefined }, true)}
      />
    </>
  );
}
