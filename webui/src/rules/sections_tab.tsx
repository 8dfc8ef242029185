// Settings that hold for every node, drawn from the schema: scanners, retention, budgets.
import { Button, Group, NativeSelect, Switch, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { isConflict, useSaveDraft } from "../api/policy";
import type { Json, JsonObject, PolicyDocument } from "../api/policy_types";
import { IconButton } from "../kit/filter_bar";
import { equalJson } from "../kit/json_diff";
import { failed } from "../kit/said";
import { rules } from "../strings";
import { putSection } from "./draft_edits";
import { PolicyProblems } from "./problem_list";
import type { TabProps } from "./rules_page";
import type { SectionSpec, SettingSpec } from "./schema";

const words = rules.settings;

export function SectionsTab({ document, schema, acts }: TabProps) {
  return (
    <div className="sections">
      <Text c="dimmed">{words.text}</Text>
      {schema.sections.map((section) => (
        <SectionForm key={section.name} section={section} document={document} acts={acts} />
      ))}
    </div>
  );
}

function SectionForm(props: { section: SectionSpec; document: PolicyDocument; acts: boolean }) {
  const { section, document, acts } = props;
  const stored = (document.sections?.[section.name] ?? {}) as JsonObject;
  const [held, setHeld] = useState({ values: stored, stored });
  const save = useSaveDraft();
  if (!equalJson(held.stored, stored)) setHeld({ values: stored, stored });
  const dirty = !equalJson(held.values, stored);

  function set(name: string, value: Json | undefined) {
    const values = { ...held.values };
    if (value === undefined) delete values[name];
    else values[name] = value;
    setHeld({ ...held, values });
  }

  async function store() {
    try {
      await save.mutateAsync(putSection(document, section.name, held.values));
    } catch (problem) {
      if (isConflict(problem)) failed(rules.draft.saveFailed, new Error(rules.draft.conflict));
    }
  }

  return (
    <section className="section-form" aria-label={section.label}>
      <Title order={2}>{section.label}</Title>
      <Text c="dimmed" mb={12}>
        {section.help}
      </Text>
      {section.settings.map((setting) => (
        <SettingRow
          key={setting.name}
          setting={setting}
          value={held.values[setting.name]}
          acts={acts}
          onChange={(value) => set(setting.name, value)}
        />
      ))}
      {save.error && !isConflict(save.error) && (
        <PolicyProblems problem={save.error} prefix={`/sections/${section.name}`} />
      )}
      {acts && dirty && (
        <Group gap={12} mt={8}>
          <Button onClick={() => void store()} loading={save.isPending}>
            {words.save}
          </Button>
          <Text c="dimmed">{words.unsaved}</Text>
        </Group>
      )}
    </section>
  );
}

function defaultText(value: Json): string {
  if (value === true) return words.on;
  if (value === false) return words.off;
  return String(value);
}

// Numbers stay numbers; sizes are written 10M, 2G or as a number of bytes.
function typed(setting: SettingSpec, text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  return (setting.kind === "number" || setting.kind === "size") && /^\d+$/.test(text.trim())
    ? Number(text.trim())
    : text.trim();
}

function SettingRow(props: {
  setting: SettingSpec;
  value: Json | undefined;
  acts: boolean;
  onChange: (value: Json | undefined) => void;
}) {
  const { setting, value, acts, onChange } = props;
  const shown = value ?? setting.default;
  const bounds = setting.low !== null && setting.low !== undefined && setting.high !== null;
  const help = [
    setting.help,
    bounds ? words.range(String(setting.low), String(setting.high)) : "",
    words.default(defaultText(setting.default)),
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <div className="setting">
      {setting.kind === "flag" ? (
        <Switch
          label={setting.name}
          description={help}
          checked={shown === true}
          disabled={!acts}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      ) : setting.kind === "choice" ? (
        <NativeSelect
          label={setting.name}
          description={help}
          value={String(shown)}
          disabled={!acts}
          data={setting.choices ?? []}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          label={setting.name}
          description={help}
          value={value === undefined ? "" : String(value)}
          placeholder={String(setting.default)}
          readOnly={!acts}
          onChange={(event) => onChange(typed(setting, event.currentTarget.value))}
        />
      )}
      {acts && value !== undefined && (
        <IconButton label={words.reset(setting.name)} icon="history" onClick={() => onChange(undefined)} />
      )}
    </div>
  );
}
