// Named sets that rules refer to.
import { Button, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { PolicyList } from "../api/policy_types";
import { type Column, DataTable } from "../kit/data_table";
import { Icon } from "../kit/icons";
import { count } from "../kit/numbers";
import { rules } from "../strings";
import { usersOfList } from "./draft_edits";
import { ListEditor } from "./list_editor";
import type { TabProps } from "./rules_page";

const words = rules.lists;

interface Row {
  name: string;
  list: PolicyList;
  users: string[];
}

export function ListsTab({ document, schema, acts }: TabProps) {
  const [editing, setEditing] = useState<string | null>(null);
  const rows = useMemo(
    () =>
      Object.entries(document.lists ?? {}).map(
        ([name, list]): Row => ({
          name,
          list,
          users: usersOfList(document, name),
        }),
      ),
    [document],
  );
  const columns = useMemo((): Column<Row>[] => {
    const kindLabel = (kind: string) => schema.list_kinds.find((one) => one.name === kind)?.label ?? kind;
    return [
      {
        id: "name",
        header: words.columns.name,
        sort: (row) => row.name,
        cell: (row) => <strong className="mono">{row.name}</strong>,
      },
      {
        id: "kind",
        header: words.columns.kind,
        sort: (row) => row.list.kind,
        cell: (row) => kindLabel(row.list.kind),
      },
      {
        id: "entries",
        header: words.columns.entries,
        width: "110px",
        align: "right",
        sort: (row) => row.list.entries.length,
        cell: (row) => count(row.list.entries.length),
      },
      {
        id: "used",
        header: words.columns.used,
        cell: (row) => <span className="quiet">{row.users.join(", ") || words.unused}</span>,
      },
    ];
  }, [schema]);
  const add = acts && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setEditing("")}>
      {words.add}
    </Button>
  );

  return (
    <div>
      {rows.length > 0 && (
        <Group justify="space-between" p={12}>
          <Text c="dimmed">{words.text}</Text>
          {add}
        </Group>
      )}
      <DataTable
        label={words.title}
        rows={rows}
        columns={columns}
        rowId={(row) => row.name}
        rowLabel={(row) => words.editTitle(row.name)}
        card={(row) => (
          <div>
            <strong className="mono">{row.name}</strong>
            <div className="quiet">
              {row.list.kind} · {words.count(row.list.entries.length)} ·{" "}
              {row.users.join(", ") || words.unused}
            </div>
          </div>
        )}
        open={(row) => setEditing(row.name)}
        states={{
          error: null,
          retry: () => {},
          empty: { title: words.emptyTitle, text: words.emptyText, action: add },
        }}
      />
      <ListEditor
        name={editing}
        document={document}
        schema={schema}
        acts={acts}
        onClose={() => setEditing(null)}
      />
    </div>
  );
}
