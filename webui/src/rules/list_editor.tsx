import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { isConflict, useSaveDraft } from "../api/policy";
import type { PolicyDocument } from "../api/policy_types";
import { failed } from "../kit/said";
import { SideDrawer } from "../kit/side_drawer";
import { app, rules } from "../strings";
import { entriesFromText } from "./condition_form";
import { putList, removeList, usersOfList } from "./draft_edits";
import { PolicyProblems } from "./problem_list";
import type { PolicySchema } from "./schema";

const words = rules.lists;

interface Props {
  name: string | null; // null: closed; "": a new one
  document: PolicyDocument;
  schema: PolicySchema;
  acts: boolean;
  onClose: () => void;
}

export function ListEditor(props: Props) {
  const { name, onClose } = props;
  return (
    <SideDrawer
      opened={name !== null}
      onClose={onClose}
      title={name ? words.editTitle(name) : words.newTitle}
    >
      {name !== null && <Body key={name} {...props} name={name} />}
    </SideDrawer>
  );
}

function Body({ name: given, document, schema, acts, onClose }: Props & { name: string }) {
  const before = document.lists?.[given];
  const [name, setName] = useState(given);
  const [kind, setKind] = useState(before?.kind ?? schema.list_kinds[0]?.name ?? "address");
  const [text, setText] = useState((before?.entries ?? []).join("\n"));
  const save = useSaveDraft();
  const spec = schema.list_kinds.find((one) => one.name === kind);
  const entries = entriesFromText(text);
  const users = given ? usersOfList(document, given) : [];
  const taken = !given && document.lists !== undefined && name in document.lists;

  async function store(next: PolicyDocument) {
    try {
      await save.mutateAsync(next);
      onClose();
    } catch (problem) {
      if (isConflict(problem)) failed(rules.draft.saveFailed, new Error(rules.draft.conflict));
    }
  }

  return (
    <Stack gap={16}>
      <TextInput
        label={words.name}
        description={given ? undefined : words.nameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={taken ? words.nameTaken : undefined}
        readOnly={given !== "" || !acts}
        data-autofocus={given === "" || undefined}
      />
      <NativeSelect
        label={words.kind}
        description={spec?.help}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
        data={schema.list_kinds.map((one) => ({ value: one.name, label: one.label }))}
        disabled={!acts}
      />
      <Textarea
        label={words.entries}
        description={words.count(entries.length)}
        placeholder={spec?.example}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rows={14}
        readOnly={!acts}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--w-mono)", fontSize: 13 } }}
      />
      {save.error && !isConflict(save.error) && (
        <PolicyProblems problem={save.error} prefix={`/lists/${name}`} />
      )}
      {users.length > 0 && acts && <Text c="dimmed">{words.deleteUsed(users.join(", "))}</Text>}
      {acts && (
        <Group justify="space-between">
          {given && users.length === 0 ? (
            <Button
              variant="default"
              c="var(--w-reject)"
              onClick={() => void store(removeList(document, given))}
            >
              {words.delete}
            </Button>
          ) : (
            <span />
          )}
          <Group gap={8}>
            <Button variant="default" onClick={onClose}>
              {app.cancel}
            </Button>
            <Button
              loading={save.isPending}
              disabled={!name.trim() || taken}
              onClick={() => void store(putList(document, name.trim(), { ...before, kind, entries }))}
            >
              {rules.editor.save}
            </Button>
          </Group>
        </Group>
      )}
    </Stack>
  );
}
