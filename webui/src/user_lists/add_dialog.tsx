import { Modal, Radio, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ListKind, throwRefused, useChangeLists, userListsQuery } from "../api/user_lists";
import { DialogForm } from "../kit/dialog_form";
import { said } from "../kit/said";
import { app, userLists } from "../strings";
import { Fullness } from "./fullness";

interface Props {
  opened: boolean;
  owner: string | undefined;
  onClose: () => void;
}

export function AddDialog(props: Props) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={userLists.addTitle}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {props.opened && <AddForm {...props} />}
    </Modal>
  );
}

function AddForm({ owner: given, onClose }: Props) {
  const [owner, setOwner] = useState(given ?? "");
  const [asked, setAsked] = useState(given ?? "");
  const [kind, setKind] = useState<ListKind>("allow");
  const [sender, setSender] = useState("");
  const change = useChangeLists();
  const { data, isPlaceholderData } = useQuery(userListsQuery({ owner: asked }));
  const known = data && asked && !isPlaceholderData ? Object.keys(data.owners)[0] : undefined;

  async function run() {
    const entry = { owner: owner.trim(), kind, sender: sender.trim() };
    const answer = await change.mutateAsync({ action: "add", entries: [entry] });
    throwRefused(answer);
    const result = answer.results[0];
    if (result) said(userLists.outcomes[result.outcome]?.(userLists.entry(result)) ?? result.outcome);
    onClose();
  }

  return (
    <DialogForm
      verb={userLists.addVerb}
      ready={owner.trim() !== "" && sender.trim() !== ""}
      run={run}
      onClose={onClose}
    >
      <TextInput
        label={userLists.owner}
        description={userLists.ownerHelp}
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
        onBlur={() => setAsked(owner.trim())}
        inputMode="email"
        autoComplete="off"
        data-autofocus={!given || undefined}
      />
      <Radio.Group
        label={userLists.kind}
        value={kind}
        onChange={(value) => setKind(value as ListKind)}
        styles={{ label: { marginBottom: 4 } }}
      >
        <div style={{ display: "flex", gap: 24 }}>
          <Radio value="allow" label={userLists.kinds.allow} />
          <Radio value="block" label={userLists.kinds.block} />
        </div>
      </Radio.Group>
      <TextInput
        label={userLists.sender}
        description={userLists.senderHelp}
        value={sender}
        onChange={(event) => setSender(event.currentTarget.value)}
        inputMode="email"
        autoComplete="off"
        data-autofocus={given ? true : undefined}
      />
      {data && <Fullness counts={data} owner={known} />}
    </DialogForm>
  );
}
