// A piece of GET /policy-schema, as common/policy writes it, for tests.
import type { FieldSpec, PolicySchema } from "./schema";

function field(
  name: string,
  label: string,
  kind: FieldSpec["kind"],
  operators: string[],
  more = {},
): FieldSpec {
  return { name, label, help: "", kind, operators, lists: {}, example: {}, ...more };
}

const names = ["is", "in", "matches", "contains", "regex", "exists"];

export const testSchema: PolicySchema = {
  fields: [
    field("sender", "Sender", "address", names, { lists: { in: "address", matches: "glob" } }),
    field("helo", "HELO name", "domain", names),
    field("tls", "TLS", "flag", ["is", "exists"]),
    field("header", "Header", "text", names, { argument: { label: "Header name", example: "List-Id" } }),
    field("size", "Size", "size", ["is", "less", "greater", "between"]),
    field("direction", "Direction", "choice", ["is"], { choices: ["inbound", "outbound"] }),
    field("attachment.name", "Attachment name", "text", names, { lists: { matches: "glob" } }),
  ],
  operators: [
    { name: "is", label: "is", operand: "text", help: "" },
    { name: "in", label: "is in", operand: "list", help: "" },
    { name: "matches", label: "matches", operand: "glob", help: "" },
    { name: "contains", label: "contains", operand: "phrase", help: "" },
    { name: "regex", label: "matches the expression", operand: "regex", help: "" },
    { name: "less", label: "is less than", operand: "number", help: "" },
    { name: "greater", label: "is greater than", operand: "number", help: "" },
    { name: "between", label: "is between", operand: "range", help: "" },
    { name: "exists", label: "exists", operand: "flag", help: "" },
  ],
  actions: [
    {
      name: "quarantine",
      label: "Quarantine",
      help: "",
      final: true,
      parameters: [{ name: "queue", kind: "queue", required: true, help: "", default: null }],
    },
    {
      name: "reject",
      label: "Reject",
      help: "",
      final: true,
      parameters: [{ name: "code", kind: "code", required: false, help: "", default: 550 }],
    },
    { name: "notify", label: "Notify", help: "", final: false, parameters: [] },
  ],
  list_kinds: [],
  sections: [],
};
