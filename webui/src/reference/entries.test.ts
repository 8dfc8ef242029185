import { expect, test } from "vitest";
import policySchema from "../../dev/policy_schema.json";
import type { PolicySchema } from "../rules/schema";
import { chapters, found } from "./entries";

const schema = policySchema as unknown as PolicySchema;
const all = chapters(schema);

test("everything that the schema names has one entry with an anchor of its own and a help", () => {
  const entries = all.flatMap((chapter) => chapter.entries);
  expect(new Set(entries.map((one) => one.id)).size).toBe(entries.length);
  for (const one of entries) expect(one.help, one.id).not.toBe("");
  const ids = new Set(entries.map((one) => one.id));
  for (const field of schema.fields) expect(ids.has(`field-${field.name}`)).toBe(true);
  for (const action of schema.actions) expect(ids.has(`action-${action.name}`)).toBe(true);
  for (const section of schema.sections) {
    const entry = entries.find((one) => one.id === `section-${section.name}`);
    expect(entry?.parts.map((part) => part.name)).toEqual(section.settings.map((one) => one.name));
  }
});

test("an example reads as it is written in a policy", () => {
  const entry = all.flatMap((chapter) => chapter.entries).find((one) => one.id === "field-size");
  expect(JSON.parse(entry?.example ?? "")).toEqual(
    schema.fields.find((field) => field.name === "size")?.example,
  );
});

test("a search finds names, helps and parameters, all words of it, and leaves no empty chapter", () => {
  const names = (q: string) => found(all, q).flatMap((chapter) => chapter.entries.map((one) => one.id));
  expect(names("")).toHaveLength(all.flatMap((chapter) => chapter.entries).length);
  expect(names("attachment.name")).toContain("field-attachment.name");
  expect(names("QUARANTINE queue")).toContain("action-quarantine");
  expect(names("no-such-word-anywhere")).toEqual([]);
  for (const chapter of found(all, "attachment")) expect(chapter.entries.length).toBeGreaterThan(0);
});
