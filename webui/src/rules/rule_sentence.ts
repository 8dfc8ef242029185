// A rule in plain words: "Inbound mail when attachment name matches the list risky-files and not sender is in
// the list partners: hold in the queue attachments. Stop."
import type { Json, JsonObject, Rule } from "../api/policy_types";
import { sentence as words } from "../strings";
import { type ConditionForm, conditionFromJson, type TestForm } from "./condition_form";
import { findAction, findField, findOperator, type PolicySchema } from "./schema";

export interface SentencePart {
  text: string;
  strong?: boolean;
}

const shownEntries = 3;

function operandParts(test: TestForm): SentencePart[] {
  const { operand } = test;
  if (typeof operand === "string" && operand.startsWith("@") && test.op !== "is") {
    return [{ text: words.list }, { text: operand.slice(1), strong: true }];
  }
  if (Array.isArray(operand) && test.op === "between") {
    return [{ text: words.range(String(operand[0]), String(operand[1])), strong: true }];
  }
  if (Array.isArray(operand)) {
    const shown = operand.slice(0, shownEntries).map(String).join(", ");
    const rest = operand.length - shownEntries;
    return rest > 0
      ? [{ text: shown, strong: true }, { text: words.andMore(rest) }]
      : [{ text: shown || words.nothing, strong: true }];
  }
  if (typeof operand === "object" && operand !== null)
    return test.op === "within" ? timeParts(operand as JsonObject) : countParts(operand as JsonObject);
  return [{ text: operand === "" ? words.nothing : String(operand), strong: true }];
}

function member(operand: JsonObject, name: string): string {
  const found = operand[name];
  if (found === undefined || found === null) return "";
  return Array.isArray(found) ? found.map(String).join(", ") : String(found);
}

// {"of": …, "at_least": 3}: what is counted, and how often.
function countParts(operand: JsonObject): SentencePart[] {
  const of = operand.of ?? null;
  const listed = typeof of === "string" && of.startsWith("@");
  const parts: SentencePart[] = listed
    ? [{ text: words.list }, { text: of.slice(1), strong: true }]
    : [{ text: member(operand, "of") || words.nothing, strong: true }];
  if (operand.at_least !== undefined) parts.push({ text: words.atLeast(member(operand, "at_least")) });
  if (operand.at_most !== undefined) parts.push({ text: words.atMost(member(operand, "at_most")) });
  return parts;
}

// {"days": …, "from": …, "to": …, "zone": …}
function timeParts(operand: JsonObject): SentencePart[] {
  const parts: SentencePart[] = [];
  if (operand.days !== undefined) parts.push({ text: words.days(member(operand, "days")), strong: true });
  if (operand.from !== undefined || operand.to !== undefined)
    parts.push({
      text: words.hours(member(operand, "from") || "00:00", member(operand, "to") || "24:00"),
      strong: true,
    });
  if (operand.zone !== undefined) parts.push({ text: words.zone(member(operand, "zone")) });
  return parts.length > 0 ? parts : [{ text: words.nothing, strong: true }];
}

function testParts(test: TestForm, schema: PolicySchema): SentencePart[] {
  const spec = findField(schema, test.field);
  const label = spec ? lower(spec.label) : test.field;
  const name = test.argument ? `${label} ${test.argument}` : label;
  if (test.op === "exists" || typeof test.operand === "boolean") {
    const there = test.operand !== false;
    if (spec?.kind === "flag") return [{ text: there ? words.flag(name) : words.noFlag(name) }];
    return [{ text: there ? words.exists(name) : words.missing(name) }];
  }
  const operator = findOperator(schema, test.op)?.label ?? test.op;
  return [{ text: `${name} ${operator}` }, ...operandParts(test)];
}

// "TLS" and "HELO name" keep their capitals.
function lower(label: string): string {
  const second = label.charAt(1);
  return second === second.toLowerCase() && second !== second.toUpperCase()
    ? label.charAt(0).toLowerCase() + label.slice(1)
    : label;
}

function conditionParts(form: ConditionForm, schema: PolicySchema, nested: boolean): SentencePart[] {
  if (form.kind === "test") {
    const parts = testParts(form, schema);
    return form.not ? [{ text: words.not }, ...parts] : parts;
  }
  const joined: SentencePart[] = [];
  form.children.forEach((child, index) => {
    if (index > 0) joined.push({ text: form.mode === "all" ? words.and : words.or });
    joined.push(...conditionParts(child, schema, true));
  });
  const several = form.children.length > 1;
  const bracketed = (nested || form.not) && several ? [{ text: "(" }, ...joined, { text: ")" }] : joined;
  return form.not ? [{ text: words.not }, ...bracketed] : bracketed;
}

function value(parameters: JsonObject, name: string): string {
  const found = parameters[name];
  return found === undefined || found === null ? "" : String(found);
}

function actionParts(action: Json, schema: PolicySchema): SentencePart[] {
  const entry = typeof action === "object" && action !== null ? Object.entries(action)[0] : undefined;
  if (!entry) return [{ text: JSON.stringify(action) }];
  const [name, given] = entry;
  const parameters = (
    typeof given === "object" && given !== null && !Array.isArray(given) ? given : {}
  ) as JsonObject;
  const known = words.actions[name];
  if (known) return known((parameter) => value(parameters, parameter));
  const label = findAction(schema, name)?.label ?? name;
  return [{ text: `${lower(label)} ${Object.values(parameters).map(String).join(" ")}`.trim() }];
}

export function ruleSentence(rule: Rule, schema: PolicySchema): SentencePart[] {
  const parts: SentencePart[] = [{ text: words.subject(rule.direction) }];
  if (rule.nodes && rule.nodes.length > 0)
    parts.push({ text: words.onNodes }, { text: rule.nodes.join(", "), strong: true });
  const condition = conditionFromJson(rule.when);
  if (rule.when !== undefined) {
    parts.push({ text: words.when });
    if (condition) parts.push(...conditionParts(condition, schema, false));
    else parts.push({ text: words.unreadable });
  }
  parts.push({ text: ":" });
  const actions = rule.then ?? [];
  if (actions.length === 0) parts.push({ text: words.nothingDone });
  actions.forEach((action, index) => {
    if (index > 0) parts.push({ text: "," });
    parts.push(...actionParts(action, schema));
  });
  if (rule.stop) parts.push({ text: words.stop });
  return parts;
}

// The parts as one text; no space before a comma, colon or closing bracket.
export function sentenceText(parts: SentencePart[]): string {
  return parts.reduce((text, part) => text + separator(text, part.text) + part.text, "");
}

export function separator(before: string, next: string): string {
  if (before === "" || before.endsWith("(")) return "";
  return /^[,:.;)]/.test(next) ? "" : " ";
}
