import { Button, Checkbox, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendDay } from "../api/dmarc";
import { useMay } from "../api/session";
import { Confirm } from "../kit/confirm";
import { Icon } from "../kit/icons";
import { said } from "../kit/said";
import { dmarc } from "../strings";

const words = dmarc.sent;

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}

export function SendButton() {
  const client = useQueryClient();
  const acts = useMay("policy");
  const [opened, { open, close }] = useDisclosure(false);
  const [day, setDay] = useState(yesterday);
  const [again, setAgain] = useState(false);
  if (!acts) return null;

  async function send() {
    const answer = await sendDay(day, again);
    said(words.sendDone(answer.waiting));
    await client.invalidateQueries({ queryKey: ["dmarc", "sent"] });
  }

  return (
    <>
      <Button variant="default" leftSection={<Icon name="play" size={16} />} onClick={open}>
        {words.send}
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={words.sendTitle}
        effect={words.sendEffect}
        verb={words.sendVerb}
        danger={false}
        onConfirm={send}
      >
        <Stack gap={12}>
          <TextInput
            type="date"
            label={words.sendDay}
            value={day}
            required
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <Checkbox
            label={words.sendAgain}
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
          />
        </Stack>
      </Confirm>
    </>
  );
}
