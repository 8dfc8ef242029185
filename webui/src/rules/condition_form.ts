// Conditions as the form holds them, and the way there and back: {"all":[…]}, {"not":…}, {"sender":{"is":…}}.
import type { Json, JsonObject } from "../api/policy_types";
import { type FieldSpec, splitField } from "./schema";

export interface TestForm {
  kind: "test";
  key: number;
  not: boolean;
  field: string;
  argument: string;
  op: string;
  operand: Json;
}

export interface GroupForm {
  kind: "group";
  key: number;
  not: boolean;
  mode: "all" | "any";
  children: ConditionForm[];
}

export type ConditionForm = TestForm | GroupForm;

let keys = 0;
export function freshKey(): number {
  keys += 1;
  return keys;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function group(mode: "all" | "any", children: ConditionForm[]): GroupForm {
  return { kind: "group", key: freshKey(), not: false, mode, children };
}

function oneOrAll(children: ConditionForm[]): ConditionForm | null {
  if (children.some((child) => child === null) || children.length === 0) return null;
  return children.length === 1 ? (children[0] ?? null) : group("all", children);
}

function member(name: string, value: Json): ConditionForm | null {
  if (name === "all" || name === "any") {
    if (!Array.isArray(value)) return null;
    const children = value.map(parsed);
    return children.some((child) => child === null) ? null : group(name, children as ConditionForm[]);
  }
  if (name === "not") {
    const child = parsed(value);
    return child && !child.not ? { ...child, not: true } : child && { ...group("all", [child]), not: true };
  }
  if (!isObject(value)) return null;
  const { field, argument } = splitField(name);
  const tests = Object.entries(value).map(
    ([op, operand]): ConditionForm => ({
      kind: "test",
      key: freshKey(),
      not: false,
      field,
      argument,
      op,
      operand,
    }),
  );
  return oneOrAll(tests);
}

function parsed(value: Json): ConditionForm | null {
  if (!isObject(value)) return null;
  const children = Object.entries(value).map(([name, inner]) => member(name, inner));
  return children.includes(null) ? null : oneOrAll(children as ConditionForm[]);
}

// The whole condition as one group; null when it is nothing the form can show (the JSON beside it can).
export function conditionFromJson(when: Json | undefined): GroupForm | null {
  if (when === undefined) return group("all", []);
  const form = parsed(when);
  if (!form) return null;
  return form.kind === "group" ? form : group("all", [form]);
}

function testJson(test: TestForm): JsonObject {
  const name = test.argument ? `${test.field}:${test.argument}` : test.field;
  return { [name]: { [test.op]: test.operand } };
}

function inner(form: ConditionForm): JsonObject {
  if (form.kind === "test") return testJson(form);
  return { [form.mode]: form.children.map(conditionJson) };
}

export function conditionJson(form: ConditionForm): JsonObject {
  return form.not ? { not: inner(form) } : inner(form);
}

// undefined: no condition, the rule holds for every mail. A group of one is that one.
export function conditionToJson(form: GroupForm): JsonObject | undefined {
  if (form.children.length === 0) return undefined;
  const only = form.children[0];
  if (form.children.length === 1 && only && !form.not) return conditionJson(only);
  return conditionJson(form);
}

// An operand that fits the operator, keeping what was typed where it can stay.
export function operandFor(spec: FieldSpec, op: string, before: Json | undefined): Json {
  if (op === "count") return isObject(before) && "of" in before ? before : { of: [""], at_least: 1 };
  if (op === "within")
    return isObject(before) && "from" in before ? before : { from: "08:00", to: "18:00", zone: "UTC" };
  if (isObject(before)) return operandFor(spec, op, undefined);
  if (op === "exists" || spec.kind === "flag") return typeof before === "boolean" ? before : true;
  if (op === "between") {
    return Array.isArray(before) && before.length === 2
      ? before
      : [typeof before === "number" ? before : 0, 0];
  }
  if (spec.kind === "number" || spec.kind === "size" || spec.kind === "score") {
    if (Array.isArray(before)) return before[0] ?? 0;
    return typeof before === "number" || typeof before === "string"
      ? before
      : spec.kind === "size"
        ? "1M"
        : 1;
  }
  if (spec.kind === "choice" && op !== "in") {
    const choices = spec.choices ?? [];
    return typeof before === "string" && choices.includes(before) ? before : (choices[0] ?? "");
  }
  if (op === "is") {
    if (Array.isArray(before)) return before[0] ?? "";
    return typeof before === "string" && !before.startsWith("@") ? before : "";
  }
  if (Array.isArray(before)) return before;
  return typeof before === "string" && before !== "" ? (before.startsWith("@") ? "" : [before]) : [""];
}

export function newTest(spec: FieldSpec): TestForm {
  const op = spec.operators[0] ?? "is";
  return {
    kind: "test",
    key: freshKey(),
    not: false,
    field: spec.name,
    argument: spec.argument ? spec.argument.example : "",
    op,
    operand: operandFor(spec, op, undefined),
  };
}

export function newGroup(): GroupForm {
  return group("any", []);
}

// One entry a line; empty lines are left out. A name of a list stays a text: "@partners".
export function entriesFromText(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
