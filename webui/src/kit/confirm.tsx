// Asks before what cannot be undone: a question naming the effect, a button repeating verb and count, and the
// focus on the safe button. With `typed`, the name must be typed first.
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { app } from "../strings";
import { problemText } from "./states";

interface Props {
  opened: boolean;
  title: string;
  effect: ReactNode;
  verb: string;
  typed?: { value: string; label: string };
  danger?: boolean;
  onClose: () => void;
  onConfirm: () => Promise<unknown> | undefined;
  children?: ReactNode;
}

export function Confirm({ opened, onClose, title, ...rest }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ "aria-label": app.close }}>
      {opened && <Body {...rest} onClose={onClose} />}
    </Modal>
  );
}

function Body({
  effect,
  verb,
  typed,
  danger = true,
  onClose,
  onConfirm,
  children,
}: Omit<Props, "opened" | "title">) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = !typed || text.trim() === typed.value;

  async function run() {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Stack gap={16}>
      <div>{effect}</div>
      {children}
      {typed && (
        <TextInput
          label={typed.label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
      {error !== null && (
        <Text c="var(--w-reject)" role="alert">
          {problemText(error)}
        </Text>
      )}
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onClose} data-autofocus={!typed || undefined}>
          {app.cancel}
        </Button>
        <Button color={danger ? "red.9" : undefined} onClick={run} loading={busy} disabled={!ready}>
          {verb}
        </Button>
      </Group>
    </Stack>
  );
}
