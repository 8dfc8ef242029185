import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { send } from "../api/client";
import { said } from "../kit/said";
import { problemText } from "../kit/states";
import { app, header, login } from "../strings";
import { NewPasswordFields, passwordReady } from "./new_password";

export function PasswordDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={header.password}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {opened && <PasswordForm onClose={onClose} />}
    </Modal>
  );
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const [current, setCurrent] = useState("");
  const [fields, setFields] = useState({ password: "", again: "" });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await send<void>("PUT", "/session/password", { current, new: fields.password });
      said(login.changed);
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <Stack gap={16}>
        <PasswordInput
          label={login.current}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
          data-autofocus
          required
          withAsterisk={false}
        />
        <NewPasswordFields value={fields} onChange={setFields} />
        {error !== null && (
          <Text c="var(--w-reject)" role="alert">
            {problemText(error)}
          </Text>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {app.cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={!current || !passwordReady(fields)}>
            {login.change}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
