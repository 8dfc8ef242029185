import { Button, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { app } from "../strings";
import { problemText } from "./states";

// A small form in a dialog: its fields, what it sends, one line for what went wrong.
export function DialogForm(props: {
  children: ReactNode;
  verb: string;
  ready: boolean;
  run: () => Promise<void>;
  onClose: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await props.run();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }
  return (
    <form onSubmit={submit}>
      <Stack gap={16}>
        {props.children}
        {error !== null && (
          <Text c="var(--w-reject)" role="alert">
            {problemText(error)}
          </Text>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={props.onClose}>
            {app.cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={!props.ready}>
            {props.verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
