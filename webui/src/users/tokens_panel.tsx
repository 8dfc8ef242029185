import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { tokensQuery } from "../api/accounts";
import { send } from "../api/client";
import { useMay } from "../api/session";
import type { ApiToken } from "../api/types";
import { Confirm } from "../kit/confirm";
import { type Column, DataTable } from "../kit/data_table";
import { Icon } from "../kit/icons";
import { said } from "../kit/said";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { roles, users } from "../strings";
import { MakeToken } from "./token_form";

function Expires({ token }: { token: ApiToken }) {
  if (new Date(token.expires).getTime() < Date.now()) return <Pill tone="reject">{users.expired}</Pill>;
  return <TimeText at={token.expires} />;
}

export function TokensPanel() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(tokensQuery);
  const acts = useMay("users");
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const again = () => client.invalidateQueries({ queryKey: tokensQuery.queryKey });

  const columns = useMemo(() => {
    const words = users.tokenColumns;
    const all: Column<ApiToken>[] = [
      {
        id: "name",
        header: words.name,
        width: "24%",
        sort: (t) => t.name,
        cell: (t) => <strong>{t.name}</strong>,
      },
      {
        id: "role",
        header: words.role,
        width: "110px",
        sort: (t) => t.role,
        cell: (t) => roles[t.role] ?? t.role,
      },
      { id: "expires", header: words.expires, sort: (t) => t.expires, cell: (t) => <Expires token={t} /> },
      {
        id: "used",
        header: words.lastUsed,
        sort: (t) => t.last_used ?? "",
        cell: (t) => (t.last_used ? <TimeText at={t.last_used} /> : users.never),
      },
      { id: "by", header: words.by, cell: (t) => t.created_by },
    ];
    if (acts) {
      all.push({
        id: "actions",
        header: <span className="only-read">{users.actions}</span>,
        width: "110px",
        align: "right",
        cell: (t) => <Revoke token={t} onClick={() => setRevoking(t)} />,
      });
    }
    return all;
  }, [acts]);

  async function revoke() {
    if (!revoking) return;
    await send("DELETE", `/tokens/${encodeURIComponent(revoking.id)}`);
    said(users.revoked(revoking.name));
    await again();
  }

  const make = acts && (
    <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setMaking(true)}>
      {users.addToken}
    </Button>
  );
  return (
    <section className="panel" aria-label={users.tokens}>
      <Group justify="space-between" p={16} pb={8}>
        <div>
          <Title order={2}>{users.tokens}</Title>
          <Text c="dimmed">{users.tokensText}</Text>
        </div>
        {make}
      </Group>
      <DataTable
        label={users.tokens}
        rows={data?.items}
        columns={columns}
        rowId={(token) => token.id}
        card={(token) => (
          <div>
            <div className="card-line">
              <strong>{token.name}</strong>
              <span className="quiet">{roles[token.role] ?? token.role}</span>
            </div>
            <div className="card-line quiet">
              <span>
                {users.tokenColumns.expires} <Expires token={token} />
              </span>
              {acts && <Revoke token={token} onClick={() => setRevoking(token)} />}
            </div>
          </div>
        )}
        states={{
          error,
          retry: () => void refetch(),
          empty: { title: users.tokensEmptyTitle, text: users.tokensEmptyText },
        }}
      />
      <MakeToken opened={making} onClose={() => setMaking(false)} onDone={again} />
      <Confirm
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={users.revokeTitle(revoking?.name ?? "")}
        effect={users.revokeEffect}
        verb={users.revokeVerb}
        onConfirm={revoke}
      />
    </section>
  );
}

function Revoke({ token, onClick }: { token: ApiToken; onClick: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="red.9"
      c="var(--w-reject)"
      aria-label={users.revokeLabel(token.name)}
      onClick={onClick}
    >
      {users.revoke}
    </Button>
  );
}
