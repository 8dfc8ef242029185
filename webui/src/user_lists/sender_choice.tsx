// "Always allow this sender for …" and "Block this sender for …" at a mail: for its recipients, or some.
import { Button, Checkbox, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { previewQuery } from "../api/quarantine";
import { type ListKind, throwRefused, useChangeLists } from "../api/user_lists";
import { DialogForm } from "../kit/dialog_form";
import { said } from "../kit/said";
import { app, userLists } from "../strings";
import { addressOf, senderForms } from "./senders";

interface Mail {
  id: string;
  sender: string;
  recipients: string[];
}

const kinds: ListKind[] = ["allow", "block"];

export function SenderChoice({ mail }: { mail: Mail }) {
  const [kind, setKind] = useState<ListKind>();
  return (
    <Group gap={6} my={4}>
      {kinds.map((one) => (
        <Button key={one} size="compact-xs" variant="default" onClick={() => setKind(one)}>
          {userLists.always[one]}
        </Button>
      ))}
      <Modal
        opened={kind !== undefined}
        onClose={() => setKind(undefined)}
        title={userLists.alwaysTitle[kind ?? "allow"]}
        closeButtonProps={{ "aria-label": app.close }}
      >
        {kind && <ChoiceForm mail={mail} kind={kind} onClose={() => setKind(undefined)} />}
      </Modal>
    </Group>
  );
}

// A bounce has no sender in its envelope: then the header From names one.
function useSenders(mail: Mail): { forms: string[]; fromHeader: boolean } {
  const { data } = useQuery({ ...previewQuery(mail.id), enabled: mail.sender === "" });
  if (mail.sender) return { forms: senderForms(mail.sender), fromHeader: false };
  const from = data?.headers.find((header) => header.name.toLowerCase() === "from");
  return { forms: senderForms(addressOf(from?.value ?? "")), fromHeader: true };
}

function ChoiceForm({ mail, kind, onClose }: { mail: Mail; kind: ListKind; onClose: () => void }) {
  const { forms, fromHeader } = useSenders(mail);
  const [picked, setPicked] = useState<string>();
  const [owners, setOwners] = useState(mail.recipients);
  const change = useChangeLists();
  const sender = picked ?? forms[0];
  if (!sender) return <Text>{userLists.noSender}</Text>;

  async function run() {
    const entries = owners.map((owner) => ({ owner, kind, sender: sender ?? "" }));
    throwRefused(await change.mutateAsync({ action: "add", entries }));
    said(userLists.alwaysDone[kind](owners.length));
    onClose();
  }

  return (
    <DialogForm
      verb={userLists.alwaysVerb[kind](owners.length)}
      ready={owners.length > 0}
      run={run}
      onClose={onClose}
    >
      <Text>{userLists.alwaysEffect}</Text>
      <Radio.Group
        label={userLists.which}
        description={fromHeader ? userLists.fromHeader : undefined}
        value={sender}
        onChange={setPicked}
      >
        <Stack gap={8} mt={8}>
          {forms.map((form) => (
            <Radio
              key={form}
              value={form}
              label={form.startsWith("@") ? userLists.withSubdomains(form) : form}
              classNames={{ label: "mono" }}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Checkbox.Group label={userLists.whom} value={owners} onChange={setOwners}>
        <Stack gap={8} mt={8} mah={220} style={{ overflow: "auto" }}>
          {mail.recipients.map((owner) => (
            <Checkbox key={owner} value={owner} label={owner} classNames={{ label: "mono" }} />
          ))}
        </Stack>
      </Checkbox.Group>
    </DialogForm>
  );
}
