// One pasted line enrolls a node: makes the line, counts down, and says when the node has come.

import {
  Button,
  Code,
  CopyButton,
  Group,
  Loader,
  Modal,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { send } from "../api/client";
import { enrollmentsQuery, nodesQuery } from "../api/nodes";
import type { NewEnrollment } from "../api/types";
import { DialogForm } from "../kit/dialog_form";
import { Notice } from "../kit/notice";
import { countdown } from "../kit/time";
import { useNow } from "../kit/use_now";
import { app, nodes } from "../strings";
import { groupsFromText } from "./groups";

const words = nodes.enrollment;

export function EnrollDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.title}
      size={620}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {opened && <Enroll onClose={onClose} />}
    </Modal>
  );
}

function Enroll({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<NewEnrollment | null>(null);
  return made ? (
    <Waiting made={made} again={() => setMade(null)} />
  ) : (
    <MakeLine onMade={setMade} onClose={onClose} />
  );
}

function MakeLine(props: { onMade: (made: NewEnrollment) => void; onClose: () => void }) {
  const client = useQueryClient();
  const [minutes, setMinutes] = useState("15");
  const [name, setName] = useState("");
  const [groups, setGroups] = useState("");

  async function make() {
    const body: Record<string, unknown> = { minutes: Number(minutes) };
    if (name.trim()) body.name = name.trim();
    if (groups.trim()) body.groups = groupsFromText(groups);
    const made = await send<NewEnrollment>("POST", "/enrollment-tokens", body);
    void client.invalidateQueries({ queryKey: enrollmentsQuery.queryKey });
    props.onMade(made);
  }

  return (
    <DialogForm verb={words.make} ready run={make} onClose={props.onClose}>
      <TextInput
        label={words.name}
        description={words.nameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label={nodes.groups}
        description={nodes.groupsHelp}
        value={groups}
        onChange={(event) => setGroups(event.currentTarget.value)}
      />
      <NativeSelect
        label={words.minutes}
        value={minutes}
        onChange={(event) => setMinutes(event.currentTarget.value)}
        data={[5, 15, 30, 60].map((n) => ({ value: String(n), label: words.minutesChoice(n) }))}
      />
    </DialogForm>
  );
}

function Waiting({ made, again }: { made: NewEnrollment; again: () => void }) {
  const now = useNow();
  const { data } = useQuery({ ...enrollmentsQuery, refetchInterval: 1000 });
  const token = data?.items.find((one) => one.id === made.id);
  const used = token?.used_by_node ?? null;
  const names = useQuery({ ...nodesQuery, enabled: used !== null });
  if (used) {
    const node = names.data?.items.find((one) => one.id === used || one.name === used);
    return (
      <Stack gap={12} role="status">
        <Notice tone="good" title={words.done(node?.name ?? used)}>
          <Text c="var(--w-text)">{words.doneText}</Text>
        </Notice>
        <Link to="/nodes" search={{ open: node?.id ?? used } as never} replace className="link">
          {words.openNode}
        </Link>
      </Stack>
    );
  }
  const expired = new Date(made.expires).getTime() <= now.getTime();
  return (
    <Stack gap={12}>
      <Text>{words.paste}</Text>
      <Code block className="enroll-line" aria-label={words.command} data-testid="enroll-command">
        {made.command}
      </Code>
      <Group justify="space-between">
        {expired ? (
          <Text c="var(--w-reject)" role="alert">
            {words.expired}
          </Text>
        ) : (
          <Group gap={8} role="status">
            <Loader size="sm" />
            <span>{words.waiting}</span>
            <span className="quiet">{words.left(countdown(made.expires, now))}</span>
          </Group>
        )}
        {expired ? (
          <Button onClick={again}>{words.again}</Button>
        ) : (
          <CopyButton value={made.command}>
            {({ copied, copy }) => (
              <Button onClick={copy} data-autofocus>
                {copied ? app.copied : words.copy}
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
      <Text c="dimmed" size="xs">
        {words.closeHint}
      </Text>
    </Stack>
  );
}
