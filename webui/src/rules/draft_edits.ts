// Edits of a policy document: each takes one and returns another; the given one stays as it was.
import type { JsonObject, PolicyDocument, PolicyList, Rule } from "../api/policy_types";
import { equalJson } from "../kit/json_diff";

export function rulesOf(document: PolicyDocument): Rule[] {
  return document.rules ?? [];
}

export function moveRule(document: PolicyDocument, from: number, to: number): PolicyDocument {
  const all = [...rulesOf(document)];
  if (to < 0 || to >= all.length || from === to) return document;
  const [rule] = all.splice(from, 1);
  if (rule) all.splice(to, 0, rule);
  return { ...document, rules: all };
}

// `at` past the end adds.
export function putRule(document: PolicyDocument, at: number, rule: Rule): PolicyDocument {
  const all = [...rulesOf(document)];
  all[Math.min(at, all.length)] = rule;
  return { ...document, rules: all };
}

export function insertRule(document: PolicyDocument, at: number, rule: Rule): PolicyDocument {
  const all = [...rulesOf(document)];
  all.splice(at, 0, rule);
  return { ...document, rules: all };
}

export function removeRule(document: PolicyDocument, at: number): PolicyDocument {
  return { ...document, rules: rulesOf(document).filter((_, index) => index !== at) };
}

export function enableRule(document: PolicyDocument, at: number, enabled: boolean): PolicyDocument {
  const rule = rulesOf(document)[at];
  if (!rule) return document;
  const { enabled: _, ...rest } = rule;
  return putRule(document, at, (enabled ? rest : { ...rest, enabled: false }) as Rule);
}

// "Hold risky attachments" → "hold-risky-attachments", with a number when that is taken.
export function freshId(name: string, taken: string[]): string {
  const base =
    name
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 56) || "rule";
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) {
    if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`;
  }
}

export function duplicateOf(document: PolicyDocument, rule: Rule): Rule {
  const taken = rulesOf(document).map((one) => one.id);
  return { ...structuredClone(rule), id: freshId(rule.id, taken), enabled: false };
}

export function putList(document: PolicyDocument, name: string, list: PolicyList): PolicyDocument {
  return { ...document, lists: { ...document.lists, [name]: list } };
}

export function removeList(document: PolicyDocument, name: string): PolicyDocument {
  const { [name]: _, ...rest } = document.lists ?? {};
  return { ...document, lists: rest };
}

export function putSection(document: PolicyDocument, name: string, section: JsonObject): PolicyDocument {
  return { ...document, sections: { ...document.sections, [name]: section } };
}

// Ids of the rules that refer to the list as "@name".
export function usersOfList(document: PolicyDocument, name: string): string[] {
  const wanted = `"@${name}"`;
  return rulesOf(document)
    .filter((rule) => JSON.stringify(rule.when ?? null).includes(wanted))
    .map((rule) => rule.id);
}

export type RuleMark = "new" | "changed" | null;

export function ruleMark(rule: Rule, published: PolicyDocument | undefined): RuleMark {
  if (!published) return null;
  const before = rulesOf(published).find((one) => one.id === rule.id);
  if (!before) return "new";
  return equalJson(before, rule) ? null : "changed";
}
