// GET /policy-schema: what a rule may say. The form, the sentences and the checks all come from it.
import type { Json } from "../api/policy_types";

export interface FieldSpec {
  name: string;
  label: string;
  help: string;
  kind: "address" | "domain" | "network" | "text" | "choice" | "number" | "size" | "flag" | "score" | "time";
  operators: string[];
  lists: Record<string, string>;
  example: Json;
  many?: boolean;
  per_recipient?: boolean;
  argument?: { label: string; example: string; section?: string };
  choices?: string[];
  group?: string; // where its value comes from
  cost?: string; // what must be worked out before it is known
}

export interface OperatorSpec {
  name: string;
  label: string;
  operand: string;
  help: string;
}

export interface ParameterSpec {
  name: string;
  kind: string;
  required: boolean;
  help: string;
  default: Json;
  choices?: string[];
}

export interface ActionSpec {
  name: string;
  label: string;
  help: string;
  final: boolean;
  parameters: ParameterSpec[];
}

export interface ListKindSpec {
  name: string;
  label: string;
  help: string;
  example: string;
}

export interface SettingSpec {
  name: string;
  kind:
    | "flag"
    | "number"
    | "size"
    | "decimal"
    | "choice"
    | "socket"
    | "text"
    | "long-text"
    | "texts"
    | string;
  required?: boolean;
  default: Json;
  low: Json;
  high: Json;
  help: string;
  choices?: string[];
}

export interface SectionSpec {
  name: string;
  label: string;
  help: string;
  settings: SettingSpec[];
  named?: boolean; // any number of entries with these settings, each under its own name
  entry_help?: string;
}

export interface PolicySchema {
  fields: FieldSpec[];
  operators: OperatorSpec[];
  actions: ActionSpec[];
  list_kinds: ListKindSpec[];
  identifiers?: ListKindSpec[];
  macros?: { name: string; help: string; of_file: boolean }[];
  sections: SectionSpec[];
}

// "header:List-Id" → field "header" with the argument "List-Id".
export function splitField(name: string): { field: string; argument: string } {
  const colon = name.indexOf(":");
  return colon < 0
    ? { field: name, argument: "" }
    : { field: name.slice(0, colon), argument: name.slice(colon + 1) };
}

export function findField(schema: PolicySchema, name: string): FieldSpec | undefined {
  const { field } = splitField(name);
  return schema.fields.find((one) => one.name === field);
}

export function findOperator(schema: PolicySchema, name: string): OperatorSpec | undefined {
  return schema.operators.find((one) => one.name === name);
}

export function findAction(schema: PolicySchema, name: string): ActionSpec | undefined {
  return schema.actions.find((one) => one.name === name);
}
