import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../api/client";
import type { NodeDetail } from "../api/types";
import { Confirm } from "../kit/confirm";
import { DialogForm } from "../kit/dialog_form";
import { failed, said } from "../kit/said";
import { app, nodes } from "../strings";
import { groupsFromText } from "./groups";

export function NodeActions({ node, onRemoved }: { node: NodeDetail; onRemoved: () => void }) {
  const client = useQueryClient();
  const [pause, pauseDialog] = useDisclosure(false);
  const [remove, removeDialog] = useDisclosure(false);
  const [rename, renameDialog] = useDisclosure(false);
  const path = `/nodes/${encodeURIComponent(node.id)}`;
  const isPaused = node.paused ?? node.state === "paused";

  async function change(body: object, done: string) {
    await send("PATCH", path, body);
    said(done);
    await Promise.all([
      client.invalidateQueries({ queryKey: ["nodes"] }),
      client.invalidateQueries({ queryKey: ["node", node.id] }),
    ]);
  }

  async function removeNode() {
    await send("DELETE", path);
    said(nodes.removed(node.name));
    onRemoved();
    client.removeQueries({ queryKey: ["node", node.id] });
    await client.invalidateQueries({ queryKey: ["nodes"] });
  }

  return (
    <Group gap={8} mb={16}>
      {isPaused ? (
        <Button
          onClick={() =>
            change({ paused: false }, nodes.resumed(node.name)).catch((error) => failed(nodes.resume, error))
          }
        >
          {nodes.resume}
        </Button>
      ) : (
        <Button variant="default" onClick={pauseDialog.open}>
          {nodes.pause}
        </Button>
      )}
      <Button variant="default" onClick={renameDialog.open}>
        {nodes.rename}
      </Button>
      <Button variant="default" onClick={removeDialog.open}>
        {nodes.remove}
      </Button>
      <Confirm
        opened={pause}
        onClose={pauseDialog.close}
        title={nodes.pauseTitle(node.name)}
        effect={nodes.pauseEffect}
        verb={nodes.pauseVerb}
        onConfirm={() => change({ paused: true }, nodes.paused(node.name))}
      />
      <Confirm
        opened={remove}
        onClose={removeDialog.close}
        title={nodes.removeTitle(node.name)}
        effect={nodes.removeEffect}
        verb={nodes.removeVerb}
        typed={{ value: node.name, label: nodes.removeTyped(node.name) }}
        onConfirm={removeNode}
      />
      <Modal
        opened={rename}
        onClose={renameDialog.close}
        title={nodes.rename}
        closeButtonProps={{ "aria-label": app.close }}
      >
        {rename && (
          <RenameForm node={node} onClose={renameDialog.close} save={(body) => change(body, nodes.saved)} />
        )}
      </Modal>
    </Group>
  );
}

function RenameForm(props: { node: NodeDetail; onClose: () => void; save: (body: object) => Promise<void> }) {
  const [name, setName] = useState(props.node.name);
  const [groups, setGroups] = useState(props.node.groups.join(", "));

  async function save() {
    await props.save({ name: name.trim(), groups: groupsFromText(groups) });
    props.onClose();
  }

  return (
    <DialogForm verb={app.save} ready={name.trim() !== ""} run={save} onClose={props.onClose}>
      <TextInput
        label={nodes.name}
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
    </DialogForm>
  );
}
