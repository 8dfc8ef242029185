// The reference as chapters of entries, made from GET /policy-schema alone: what the parser accepts is what stands here.
import type { Json } from "../api/policy_types";
import type { ActionSpec, FieldSpec, PolicySchema, SectionSpec, SettingSpec } from "../rules/schema";
import { reference } from "../strings";

export interface Part {
  name: string;
  kind: string;
  fallback: string;
  help: string;
}

export interface Entry {
  id: string; // the anchor
  name: string; // as it is written in a policy
  label: string;
  help: string;
  facts: [string, string][];
  parts: Part[];
  example: string;
}

export interface Chapter {
  id: string;
  title: string;
  text: string;
  entries: Entry[];
}

const words = reference.facts;

function shown(value: Json | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function entry(chapter: string, name: string, more: Partial<Entry>): Entry {
  return {
    id: `${chapter}-${name}`,
    name,
    label: name,
    help: "",
    facts: [],
    parts: [],
    example: "",
    ...more,
  };
}

function fieldEntry(field: FieldSpec): Entry {
  const facts: [string, string][] = [
    [words.type, field.choices ? `${field.kind}: ${field.choices.join(", ")}` : field.kind],
    [words.operators, field.operators.join(", ")],
  ];
  if (field.many) facts.push([words.values, reference.many]);
  if (field.per_recipient) facts.push([words.values, reference.perRecipient]);
  if (field.argument) facts.push([words.argument, field.argument.label]);
  if (field.cost) facts.push([words.cost, reference.costs[field.cost] ?? field.cost]);
  if (field.group && field.group !== "message")
    facts.push([words.from, reference.groups[field.group] ?? field.group]);
  return entry("field", field.name, {
    name: field.argument ? `${field.name}:${field.argument.example}` : field.name,
    label: field.label,
    help: field.help,
    facts,
    example: JSON.stringify(field.example, null, 1).replace(/\s*\n\s*/g, " "),
  });
}

function actionEntry(action: ActionSpec): Entry {
  return entry("action", action.name, {
    label: action.label,
    help: action.help,
    facts: action.final ? [[words.verdict, reference.decides]] : [],
    parts: action.parameters.map((one) => ({
      name: one.name,
      kind: one.choices?.length ? `${one.kind}: ${one.choices.join(", ")}` : one.kind,
      fallback: one.required ? reference.required : shown(one.default),
      help: one.help,
    })),
  });
}

function settingPart(setting: SettingSpec): Part {
  const range = setting.low === null || setting.low === undefined ? "" : `${setting.low} – ${setting.high}`;
  const kind = setting.choices?.length ? `${setting.kind}: ${setting.choices.join(", ")}` : setting.kind;
  return {
    name: setting.name,
    kind: range ? `${kind}, ${range}` : kind,
    fallback: setting.required ? reference.required : shown(setting.default),
    help: setting.help,
  };
}

function sectionEntry(section: SectionSpec): Entry {
  return entry("section", section.name, {
    label: section.label,
    help: section.help,
    facts: section.named ? [[words.entries, `${reference.named} ${section.entry_help ?? ""}`]] : [],
    parts: section.settings.map(settingPart),
  });
}

export function chapters(schema: PolicySchema): Chapter[] {
  const chapter = (id: keyof typeof reference.chapters, entries: Entry[]): Chapter => ({
    id,
    ...reference.chapters[id],
    entries,
  });
  const plain = (id: string, one: { name: string; label?: string; help: string; example?: string }) =>
    entry(id, one.name, { label: one.label ?? one.name, help: one.help, example: one.example ?? "" });
  return [
    chapter("fields", schema.fields.map(fieldEntry)),
    chapter(
      "operators",
      schema.operators.map((one) =>
        entry("operator", one.name, {
          label: one.label,
          help: one.help,
          facts: [[words.operand, one.operand]],
        }),
      ),
    ),
    chapter(
      "lists",
      schema.list_kinds.map((one) => plain("list", one)),
    ),
    chapter(
      "identifiers",
      (schema.identifiers ?? []).map((one) => plain("identifier", one)),
    ),
    chapter("actions", schema.actions.map(actionEntry)),
    chapter(
      "macros",
      (schema.macros ?? []).map((one) =>
        entry("macro", one.name, {
          name: `\${${one.name}}`,
          label: `\${${one.name}}`,
          help: one.help,
          facts: one.of_file ? [[words.only, reference.ofFile]] : [],
        }),
      ),
    ),
    chapter("settings", schema.sections.map(sectionEntry)),
  ].filter((one) => one.entries.length > 0);
}

function holds(one: Entry, wanted: string[]): boolean {
  const text = [one.name, one.label, one.help, ...one.parts.flatMap((part) => [part.name, part.help])]
    .join(" ")
    .toLowerCase();
  return wanted.every((word) => text.includes(word));
}

// Every word must be in an entry: its name, its help, or that of a parameter.
export function found(all: Chapter[], query: string): Chapter[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return all;
  return all
    .map((chapter) => ({ ...chapter, entries: chapter.entries.filter((one) => holds(one, wanted)) }))
    .filter((chapter) => chapter.entries.length > 0);
}
