import { Group } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { MailRow } from "../api/types";
import { DataTable } from "../kit/data_table";
import { MailCard, mailColumns } from "../mails/mail_columns";
import { overview, mails as words } from "../strings";

export function RecentMails({ mails }: { mails: MailRow[] }) {
  const navigate = useNavigate();
  const columns = useMemo(() => mailColumns(), []);
  return (
    <section className="panel" aria-label={overview.recent}>
      <Group justify="space-between" p={16} pb={8}>
        <h2 className="panel-title">{overview.recent}</h2>
        <Link to="/mails" className="link">
          {overview.recentAll}
        </Link>
      </Group>
      <DataTable
        label={overview.recent}
        rows={mails}
        columns={columns}
        rowId={(row) => row.id}
        rowLabel={words.rowLabel}
        card={(row) => <MailCard mail={row} />}
        open={(row) => void navigate({ to: "/mails", search: { open: row.id } as never })}
        states={{
          error: null,
          retry: () => {},
          empty: { title: overview.recentEmpty, text: overview.recentEmptyText },
        }}
      />
    </section>
  );
}
