// The value of a comparison: a text, own values or a list, a number, a range, a choice, yes or no.
import { Checkbox, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { Json, PolicyDocument } from "../api/policy_types";
import { rules } from "../strings";
import { entriesFromText, type TestForm } from "./condition_form";
import { type FieldSpec, findField, type PolicySchema } from "./schema";

const words = rules.editor;

interface Props {
  test: TestForm;
  schema: PolicySchema;
  lists: PolicyDocument["lists"];
  onChange: (operand: Json) => void;
}

export function OperandInput({ test, schema, lists, onChange }: Props) {
  const spec = findField(schema, test.field);
  if (!spec) return null;
  if (test.op === "exists" || spec.kind === "flag") {
    const exists = test.op === "exists";
    return (
      <NativeSelect
        aria-label={words.operand}
        value={test.operand === false ? "no" : "yes"}
        onChange={(event) => onChange(event.currentTarget.value === "yes")}
        data={[
          { value: "yes", label: exists ? words.exists : words.yes },
          { value: "no", label: exists ? words.missing : words.no },
        ]}
      />
    );
  }
  if (test.op === "count") return <CountInput lists={lists ?? {}} value={test.operand} onChange={onChange} />;
  if (test.op === "within") return <TimeInput value={test.operand} onChange={onChange} />;
  if (spec.kind === "choice" && test.op !== "in") {
    return (
      <NativeSelect
        aria-label={words.operand}
        value={String(test.operand)}
        data={spec.choices ?? []}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (test.op === "between") return <RangeInput spec={spec} value={test.operand} onChange={onChange} />;
  if (spec.kind === "number" || spec.kind === "size" || spec.kind === "score") {
    return <NumberText label={words.operand} spec={spec} value={test.operand} onChange={onChange} />;
  }
  if (test.op === "is") {
    return (
      <TextInput
        aria-label={words.operand}
        value={String(test.operand ?? "")}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  const kind = spec.lists[test.op];
  return <EntriesInput kind={kind ?? "text"} lists={lists ?? {}} value={test.operand} onChange={onChange} />;
}

// Numbers stay numbers; sizes may be written 500K, 10M, 2G.
export function numberOperand(text: string): Json {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text.trim()) : text.trim();
}

function member(value: Json, name: string): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value[name] : undefined;
}

function withMember(value: Json, name: string, next: Json | undefined): Json {
  const object = typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  if (next === undefined) delete object[name];
  else object[name] = next;
  return object;
}

// How often the entries of a dictionary occur, by weight.
function CountInput(props: {
  lists: NonNullable<PolicyDocument["lists"]>;
  value: Json;
  onChange: (value: Json) => void;
}) {
  const { lists, value, onChange } = props;
  const bound = (name: string, label: string, hint: string) => (
    <TextInput
      aria-label={label}
      label={label}
      placeholder={hint}
      value={String(member(value, name) ?? "")}
      inputMode="numeric"
      w={120}
      onChange={(event) => {
        const text = event.currentTarget.value;
        onChange(withMember(value, name, text.trim() === "" ? undefined : numberOperand(text)));
      }}
    />
  );
  return (
    <div>
      <EntriesInput
        kind="dictionary"
        lists={lists}
        value={member(value, "of") ?? [""]}
        onChange={(next) => onChange(withMember(value, "of", next))}
      />
      <Group gap={8} mt={8}>
        {bound("at_least", words.atLeast, "1")}
        {bound("at_most", words.atMost, words.noMost)}
      </Group>
    </div>
  );
}

const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function TimeInput({ value, onChange }: { value: Json; onChange: (value: Json) => void }) {
  const days = member(value, "days");
  const chosen = Array.isArray(days) ? days.map(String) : dayNames;
  const text = (name: string, label: string, hint: string, width: number) => (
    <TextInput
      label={label}
      aria-label={label}
      placeholder={hint}
      value={String(member(value, name) ?? "")}
      w={width}
      onChange={(event) => onChange(withMember(value, name, event.currentTarget.value || undefined))}
    />
  );
  return (
    <div>
      <Checkbox.Group
        label={words.days}
        value={chosen}
        onChange={(next) => onChange(withMember(value, "days", next.length === 7 ? undefined : next))}
      >
        <Group gap={16} mt={4} mb={8}>
          {dayNames.map((day) => (
            <Checkbox key={day} value={day} label={day} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group gap={8}>
        {text("from", words.low, "00:00", 100)}
        {text("to", words.high, "24:00", 100)}
        {text("zone", words.zone, "UTC", 180)}
      </Group>
    </div>
  );
}

function NumberText(props: {
  label: string;
  spec: FieldSpec;
  value: Json | undefined;
  onChange: (value: Json) => void;
}) {
  return (
    <TextInput
      aria-label={props.label}
      value={String(props.value ?? "")}
      inputMode={props.spec.kind === "number" ? "numeric" : "text"}
      placeholder={props.spec.kind === "size" ? "10M" : "0"}
      onChange={(event) => props.onChange(numberOperand(event.currentTarget.value))}
      w={120}
    />
  );
}

function RangeInput({
  spec,
  value,
  onChange,
}: {
  spec: FieldSpec;
  value: Json;
  onChange: (value: Json) => void;
}) {
  const [low, high] = Array.isArray(value) ? value : [0, 0];
  return (
    <Group gap={8} wrap="nowrap">
      <NumberText
        label={words.low}
        spec={spec}
        value={low}
        onChange={(next) => onChange([next, high ?? 0])}
      />
      <span>–</span>
      <NumberText
        label={words.high}
        spec={spec}
        value={high}
        onChange={(next) => onChange([low ?? 0, next])}
      />
    </Group>
  );
}

function EntriesInput(props: {
  kind: string;
  lists: NonNullable<PolicyDocument["lists"]>;
  value: Json;
  onChange: (value: Json) => void;
}) {
  const { kind, lists, value, onChange } = props;
  const names = Object.keys(lists).filter((name) => lists[name]?.kind === kind);
  const chosen = typeof value === "string" && value.startsWith("@") ? value : "";
  const text = Array.isArray(value) ? value.map(String).join("\n") : chosen ? "" : String(value ?? "");
  const known = chosen === "" || names.includes(chosen.slice(1));
  return (
    <div className="entries">
      <NativeSelect
        aria-label={words.listOrEntries}
        value={chosen}
        onChange={(event) => onChange(event.currentTarget.value || [""])}
        data={[
          { value: "", label: words.ownValues },
          ...names.map((name) => ({ value: `@${name}`, label: words.listChoice(name) })),
          ...(known ? [] : [{ value: chosen, label: words.listChoice(chosen.slice(1)) }]),
          ...(names.length === 0 && known ? [{ value: "-", label: words.noList(kind), disabled: true }] : []),
        ]}
      />
      {chosen === "" && (
        <Textarea
          aria-label={words.operand}
          description={words.entries}
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value.split("\n"))}
          onBlur={() => onChange(orOne(entriesFromText(text)))}
          styles={{ input: { fontFamily: "var(--w-mono)", fontSize: 13 } }}
        />
      )}
    </div>
  );
}

function orOne(entries: string[]): string[] {
  return entries.length > 0 ? entries : [""];
}
