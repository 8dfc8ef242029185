import { Button, Code, CopyButton, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { send } from "../api/client";
import type { ApiToken } from "../api/types";
import { DialogForm } from "../kit/dialog_form";
import { Notice } from "../kit/notice";
import { app, roleHelp, roles, users } from "../strings";

interface Props {
  opened: boolean;
  onClose: () => void;
  onDone: () => unknown;
}

const roleChoices = Object.entries(roles).map(([value, label]) => ({
  value,
  label: `${label}: ${roleHelp[value]}`,
}));

export function MakeToken(props: Props) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={users.addToken}
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {props.opened && <TokenForm {...props} />}
    </Modal>
  );
}

function TokenForm({ onClose, onDone }: Props) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("auditor");
  const [days, setDays] = useState("90");
  const [made, setMade] = useState<string | null>(null);

  async function run() {
    const token = await send<ApiToken>("POST", "/tokens", { name: name.trim(), role, days: Number(days) });
    setMade(token.token ?? "");
    onDone();
  }

  if (made !== null) {
    return (
      <Stack gap={12}>
        <Notice tone="quarantine" title={users.tokenMade}>
          <Text c="var(--w-text)">{users.tokenOnce}</Text>
        </Notice>
        <Code block aria-label={users.tokenMade} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {made}
        </Code>
        <Group justify="flex-end" gap={8}>
          <CopyButton value={made}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? app.copied : users.tokenCopy}</Button>}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            {users.tokenDone}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <DialogForm verb={users.makeToken} ready={name.trim() !== ""} run={run} onClose={onClose}>
      <TextInput
        label={users.tokenName}
        description={users.tokenNameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <NativeSelect
        label={users.role}
        value={role}
        data={roleChoices}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
      <NativeSelect
        label={users.days}
        value={days}
        data={[7, 30, 90, 365].map((n) => ({ value: String(n), label: users.daysChoice(n) }))}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
    </DialogForm>
  );
}
