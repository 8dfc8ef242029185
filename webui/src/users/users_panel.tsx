import { Button, Group, NativeSelect, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { usersQuery } from "../api/accounts";
import { send } from "../api/client";
import { useMay, useSession } from "../api/session";
import type { Role, User } from "../api/types";
import { Confirm } from "../kit/confirm";
import { type Column, DataTable } from "../kit/data_table";
import { Icon } from "../kit/icons";
import { failed, said } from "../kit/said";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { roles, users } from "../strings";
import { AddUser, SetPassword } from "./user_forms";

const roleChoices = Object.entries(roles).map(([value, label]) => ({ value, label }));

export function UsersPanel() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(usersQuery);
  const me = useSession()?.user ?? "";
  const acts = useMay("users");
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<User | null>(null);
  const [password, setPassword] = useState<User | null>(null);

  const deeds = useMemo(() => {
    const again = () => client.invalidateQueries({ queryKey: usersQuery.queryKey });
    const change = async (user: User, body: object, done: string) => {
      try {
        await send("PATCH", `/users/${encodeURIComponent(user.name)}`, body);
        said(done);
      } catch (problem) {
        failed(user.name, problem);
      }
      await again();
    };
    return {
      again,
      role: (user: User, role: Role) => change(user, { role }, users.roleChanged(user.name, role)),
      unlock: (user: User) => change(user, { unlock: true }, users.unlocked(user.name)),
      remove: async (user: User) => {
        await send("DELETE", `/users/${encodeURIComponent(user.name)}`);
        said(users.removed(user.name));
        await again();
      },
    };
  }, [client]);

  const columns = useMemo(() => {
    const all: Column<User>[] = [
      {
        id: "name",
        header: users.columns.name,
        width: "22%",
        sort: (user) => user.name,
        cell: (user) => (
          <>
            <strong>{user.name}</strong> {user.name === me && <span className="quiet">({users.you})</span>}
          </>
        ),
      },
      {
        id: "role",
        header: users.columns.role,
        width: "160px",
        sort: (user) => user.role,
        cell: (user) => <RolePick user={user} acts={acts && user.name !== me} onPick={deeds.role} />,
      },
      {
        id: "state",
        header: users.columns.state,
        width: "130px",
        cell: (user) =>
          user.locked ? <Pill tone="reject">{users.locked}</Pill> : <Pill tone="good">{users.active}</Pill>,
      },
      {
        id: "last",
        header: users.columns.lastLogin,
        sort: (user) => user.last_login ?? "",
        cell: (user) => (user.last_login ? <TimeText at={user.last_login} /> : users.never),
      },
      {
        id: "created",
        header: users.columns.created,
        sort: (user) => user.created,
        cell: (user) => <TimeText at={user.created} />,
      },
    ];
    if (acts) {
      all.push({
        id: "actions",
        header: <span className="only-read">{users.actions}</span>,
        width: "250px",
        align: "right",
        cell: (user) => (
          <Buttons user={user} me={me} unlock={deeds.unlock} password={setPassword} remove={setRemoving} />
        ),
      });
    }
    return all;
  }, [acts, me, deeds]);

  return (
    <section className="panel" aria-label={users.users} style={{ marginBottom: 24 }}>
      <Group justify="space-between" p={16} pb={8}>
        <Title order={2}>{users.users}</Title>
        {acts && (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
            {users.add}
          </Button>
        )}
      </Group>
      <DataTable
        label={users.users}
        rows={data?.items}
        columns={columns}
        rowId={(user) => user.name}
        card={(user) => (
          <div>
            <div className="card-line">
              <strong>{user.name}</strong>
              {user.locked && <Pill tone="reject">{users.locked}</Pill>}
            </div>
            <div className="quiet">
              {users.columns.lastLogin}: {user.last_login ? <TimeText at={user.last_login} /> : users.never}
            </div>
            <Group gap={8} mt={8}>
              <RolePick user={user} acts={acts && user.name !== me} onPick={deeds.role} />
              {acts && (
                <Buttons
                  user={user}
                  me={me}
                  unlock={deeds.unlock}
                  password={setPassword}
                  remove={setRemoving}
                />
              )}
            </Group>
          </div>
        )}
        states={{
          error,
          retry: () => void refetch(),
          empty: { title: users.emptyTitle, text: users.emptyText },
        }}
      />
      <AddUser opened={adding} onClose={() => setAdding(false)} onDone={deeds.again} />
      <SetPassword user={password} onClose={() => setPassword(null)} onDone={deeds.again} />
      <Confirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={users.removeTitle(removing?.name ?? "")}
        effect={users.removeEffect}
        verb={users.removeVerb}
        onConfirm={() => (removing ? deeds.remove(removing) : undefined)}
      />
    </section>
  );
}

function RolePick(props: { user: User; acts: boolean; onPick: (user: User, role: Role) => void }) {
  const { user, acts, onPick } = props;
  if (!acts) return roles[user.role] ?? user.role;
  return (
    <NativeSelect
      size="xs"
      aria-label={users.changeRole(user.name)}
      data={roleChoices}
      value={user.role}
      onChange={(event) => onPick(user, event.currentTarget.value as Role)}
    />
  );
}

function Buttons(props: {
  user: User;
  me: string;
  unlock: (user: User) => void;
  password: (user: User) => void;
  remove: (user: User) => void;
}) {
  const { user, me } = props;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {user.locked && (
        <Button size="compact-sm" variant="subtle" onClick={() => props.unlock(user)}>
          {users.unlock}
        </Button>
      )}
      {user.name !== me && (
        <>
          <Button size="compact-sm" variant="subtle" onClick={() => props.password(user)}>
            {users.setPassword}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red.9"
            c="var(--w-reject)"
            aria-label={users.removeLabel(user.name)}
            onClick={() => props.remove(user)}
          >
            {users.remove}
          </Button>
        </>
      )}
    </Group>
  );
}
