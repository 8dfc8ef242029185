// Settings that hold for every node, drawn from the schema: scanners, retention, budgets.
import { Button, Group, NativeSelect, Switch, Text, Textarea, TextInput, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { isConflict, useSaveDraft } from "../api/policy";
import type { Json, JsonObject, PolicyDocument } from "../api/policy_types";
import { IconButton } from "../kit/filter_bar";
import { equalJson } from "../kit/json_diff";
import { failed } from "../kit/said";
import { rules } from "../strings";
import { entriesFromText } from "./condition_form";
import { putSection } from "./draft_edits";
import { PolicyProblems } from "./problem_list";
import type { TabProps } from "./rules_page";
import type { SectionSpec, SettingSpec } from "./schema";

const words = rules.settings;

export function SectionsTab({ document, schema, acts }: TabProps) {
  return (
    <div className="sections-and-index">
      <SectionIndex sections={schema.sections} document={document} />
      <div className="sections">
        <Text c="dimmed">{words.text}</Text>
        {schema.sections.map((section) => (
          <SectionForm key={section.name} section={section} document={document} acts={acts} />
        ))}
      </div>
    </div>
  );
}

// Where to find what; those that say something of their own stand out.
function SectionIndex({ sections, document }: { sections: SectionSpec[]; document: PolicyDocument }) {
  return (
    <nav className="section-index" aria-label={words.index}>
      {sections.map((section) => {
        const own = Object.keys(document.sections?.[section.name] ?? {}).filter((name) => name !== "comment");
        return (
          <Link
            key={section.name}
            to="/rules"
            search={{ tab: "settings" } as never}
            hash={`section-${section.name}`}
            data-own={own.length > 0}
          >
            {section.label}
            {own.length > 0 && <span className="quiet small"> {words.own(own.length)}</span>}
          </Link>
        );
      })}
    </nav>
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
    <section className="section-form" id={`section-${section.name}`} aria-label={section.label}>
      <Title order={2}>{section.label}</Title>
      <Text c="dimmed" mb={12}>
        {section.help}
      </Text>
      {section.named ? (
        <NamedEntries
          section={section}
          values={held.values}
          acts={acts}
          onChange={(values) => setHeld({ ...held, values })}
        />
      ) : (
        section.settings.map((setting) => (
          <SettingRow
            key={setting.name}
            setting={setting}
            value={held.values[setting.name]}
            acts={acts}
            onChange={(value) => set(setting.name, value)}
          />
        ))
      )}
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

function isEntry(name: string, value: Json | undefined): value is JsonObject {
  return name !== "comment" && typeof value === "object" && value !== null && !Array.isArray(value);
}

// The entries of a named section, each with its own settings.
function NamedEntries(props: {
  section: SectionSpec;
  values: JsonObject;
  acts: boolean;
  onChange: (values: JsonObject) => void;
}) {
  const { section, values, acts, onChange } = props;
  const [name, setName] = useState("");
  const wanted = name.trim();
  const taken = wanted in values;

  function put(entry: string, setting: string, value: Json | undefined) {
    const before = values[entry];
    const changed = isEntry(entry, before) ? { ...before } : {};
    if (value === undefined) delete changed[setting];
    else changed[setting] = value;
    onChange({ ...values, [entry]: changed });
  }

  function remove(entry: string) {
    const { [entry]: _, ...others } = values;
    onChange(others);
  }

  return (
    <>
      {Object.entries(values).map(([entry, settings]) =>
        isEntry(entry, settings) ? (
          <fieldset className="named-entry" key={entry} aria-label={entry}>
            <Group justify="space-between" mb={4}>
              <Text fw={600}>{entry}</Text>
              {acts && (
                <IconButton label={words.removeEntry(entry)} icon="trash" onClick={() => remove(entry)} />
              )}
            </Group>
            {section.settings.map((setting) => (
              <SettingRow
                key={setting.name}
                setting={setting}
                value={settings[setting.name]}
                acts={acts}
                onChange={(value) => put(entry, setting.name, value)}
              />
            ))}
          </fieldset>
        ) : null,
      )}
      {acts && (
        <Group gap={8} align="flex-end">
          <TextInput
            label={words.newEntry}
            description={section.entry_help}
            value={name}
            error={taken ? words.entryTaken : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={wanted === "" || taken}
            onClick={() => {
              onChange({ ...values, [wanted]: {} });
              setName("");
            }}
          >
            {words.addEntry}
          </Button>
        </Group>
      )}
    </>
  );
}

function defaultText(setting: SettingSpec): string {
  const value = setting.default;
  if (setting.required) return words.required;
  if (value === true) return words.default(words.on);
  if (value === false) return words.default(words.off);
  const text = Array.isArray(value) ? value.map(String).join(", ") : String(value ?? "");
  return text === "" ? words.defaultEmpty : words.default(text);
}

// Numbers stay numbers; sizes are written 10M, 2G or as a number of bytes.
function typed(setting: SettingSpec, text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  if (setting.kind === "long-text") return text;
  const whole = setting.kind === "number" || setting.kind === "size";
  const number = whole ? /^\d+$/ : setting.kind === "decimal" ? /^-?\d+(\.\d+)?$/ : null;
  return number?.test(text.trim()) ? Number(text.trim()) : text.trim();
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
  const lines = Array.isArray(value) ? value.map(String).join("\n") : "";
  const help = [
    setting.help,
    bounds ? words.range(String(setting.low), String(setting.high)) : "",
    defaultText(setting),
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
      ) : setting.kind === "texts" ? (
        <Textarea
          label={setting.name}
          description={`${help} · ${rules.editor.entries}`}
          autosize
          minRows={1}
          maxRows={12}
          value={lines}
          readOnly={!acts}
          onChange={(event) => {
            const text = event.currentTarget.value;
            onChange(text === "" ? undefined : text.split("\n"));
          }}
          onBlur={() => {
            if (value !== undefined) onChange(entriesFromText(lines));
          }}
          styles={{ input: { fontFamily: "var(--w-mono)", fontSize: 13 } }}
        />
      ) : setting.kind === "long-text" ? (
        <Textarea
          label={setting.name}
          description={help}
          autosize
          minRows={2}
          maxRows={16}
          value={value === undefined ? "" : String(value)}
          readOnly={!acts}
          onChange={(event) => onChange(typed(setting, event.currentTarget.value))}
        />
      ) : (
        <TextInput
          label={setting.name}
          description={help}
          value={value === undefined ? "" : String(value)}
          placeholder={String(setting.default ?? "")}
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
