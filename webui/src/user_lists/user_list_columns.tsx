import { Button, Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ListItem } from "../api/user_lists";
import type { Column } from "../kit/data_table";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { userLists } from "../strings";

export interface ListActs {
  selected: ReadonlySet<string>;
  select: (id: string) => void;
  remove: (entry: ListItem) => void;
}

export function entryId(entry: ListItem): string {
  return JSON.stringify([entry.owner, entry.sender]);
}

function Kind({ entry }: { entry: ListItem }) {
  return (
    <Pill tone={entry.kind === "allow" ? "good" : "reject"}>{userLists.kinds[entry.kind] ?? entry.kind}</Pill>
  );
}

function Owner({ entry }: { entry: ListItem }) {
  return (
    <Link
      to="/user-lists"
      search={{ owner: entry.owner } as never}
      className="link mono"
      title={userLists.ownersTitle(entry.owner)}
    >
      {entry.owner}
    </Link>
  );
}

function Since({ entry }: { entry: ListItem }) {
  return (
    <span className="quiet small">
      <TimeText at={entry.added} /> · {entry.added_by}
    </span>
  );
}

function Choice({ entry, acts }: { entry: ListItem; acts: ListActs }) {
  return (
    <Checkbox
      checked={acts.selected.has(entryId(entry))}
      onChange={() => acts.select(entryId(entry))}
      aria-label={userLists.select(userLists.entry(entry))}
    />
  );
}

function Remove({ entry, acts }: { entry: ListItem; acts: ListActs }) {
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => acts.remove(entry)}
      aria-label={userLists.removeLabel(userLists.entry(entry))}
    >
      {userLists.remove}
    </Button>
  );
}

// `acts`: undefined for who may only look.
export function userListColumns(acts: ListActs | undefined): Column<ListItem>[] {
  const words = userLists.columns;
  const columns: Column<ListItem>[] = [
    { id: "owner", header: words.owner, cell: (entry) => <Owner entry={entry} /> },
    { id: "kind", header: words.kind, width: "100px", cell: (entry) => <Kind entry={entry} /> },
    {
      id: "sender",
      header: words.sender,
      cell: (entry) => <span className="mono">{entry.sender}</span>,
    },
    { id: "added", header: words.added, width: "190px", cell: (entry) => <Since entry={entry} /> },
  ];
  if (!acts) return columns;
  return [
    {
      id: "select",
      header: "",
      label: userLists.selectColumn,
      width: "44px",
      cell: (entry) => <Choice entry={entry} acts={acts} />,
    },
    ...columns,
    {
      id: "remove",
      header: "",
      label: userLists.remove,
      width: "110px",
      align: "right",
      cell: (entry) => <Remove entry={entry} acts={acts} />,
    },
  ];
}

export function UserListCard({ entry, acts }: { entry: ListItem; acts: ListActs | undefined }) {
  return (
    <div>
      <div className="card-line">
        <span style={{ overflowWrap: "anywhere", minWidth: 0 }}>
          <Owner entry={entry} />
        </span>
        <Kind entry={entry} />
      </div>
      <div className="mono" style={{ overflowWrap: "anywhere" }}>
        {entry.sender}
      </div>
      <div className="card-line" style={{ alignItems: "center", marginTop: 4 }}>
        <span style={{ display: "flex", alignItems: "center", gap: 10 }}>
          {acts && <Choice entry={entry} acts={acts} />}
          <Since entry={entry} />
        </span>
        {acts && <Remove entry={entry} acts={acts} />}
      </div>
    </div>
  );
}
