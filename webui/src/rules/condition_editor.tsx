// Conditions as boxes in boxes: a group says all or any, a test compares one field.
import { Button, Checkbox, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { PolicyDocument } from "../api/policy_types";
import { IconButton } from "../kit/filter_bar";
import { Icon } from "../kit/icons";
import { reference, rules } from "../strings";
import {
  type ConditionForm,
  type GroupForm,
  newGroup,
  newTest,
  operandFor,
  type TestForm,
} from "./condition_form";
import { OperandInput } from "./operand_input";
import { findField, findOperator, type PolicySchema } from "./schema";

const words = rules.editor;

interface Context {
  schema: PolicySchema;
  lists: PolicyDocument["lists"];
}

interface GroupProps extends Context {
  group: GroupForm;
  root?: boolean;
  onChange: (group: GroupForm) => void;
  onRemove?: () => void;
}

export function GroupEditor({ group, root, onChange, onRemove, ...context }: GroupProps) {
  const { schema } = context;
  const set = (change: Partial<GroupForm>) => onChange({ ...group, ...change });
  const setChild = (index: number, child: ConditionForm) =>
    set({ children: group.children.map((one, at) => (at === index ? child : one)) });
  const remove = (index: number) => set({ children: group.children.filter((_, at) => at !== index) });
  const first = schema.fields.find((field) => field.name === "sender") ?? schema.fields[0];

  return (
    <fieldset className={root ? "condition-root" : "condition-group"} aria-label={words.when}>
      {(group.children.length > 1 || !root || group.not) && (
        <Group gap={8} mb={8} justify="space-between">
          <Group gap={8}>
            <NotBox not={group.not} onChange={(not) => set({ not })} />
            <NativeSelect
              aria-label={words.mode}
              size="xs"
              value={group.mode}
              onChange={(event) => set({ mode: event.currentTarget.value as "all" | "any" })}
              data={[
                { value: "all", label: words.all },
                { value: "any", label: words.any },
              ]}
            />
          </Group>
          {onRemove && <IconButton label={words.removeGroup} icon="trash" onClick={onRemove} />}
        </Group>
      )}
      {root && group.children.length === 0 && (
        <Text c="dimmed" mb={8}>
          {words.always}
        </Text>
      )}
      {group.children.map((child, index) =>
        child.kind === "group" ? (
          <GroupEditor
            key={child.key}
            group={child}
            onChange={(next) => setChild(index, next)}
            onRemove={() => remove(index)}
            {...context}
          />
        ) : (
          <TestEditor
            key={child.key}
            test={child}
            onChange={(next) => setChild(index, next)}
            onRemove={() => remove(index)}
            {...context}
          />
        ),
      )}
      <Group gap={8}>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => first && set({ children: [...group.children, newTest(first)] })}
        >
          {words.addCondition}
        </Button>
        <Button size="xs" variant="subtle" onClick={() => set({ children: [...group.children, newGroup()] })}>
          {words.addGroup}
        </Button>
      </Group>
    </fieldset>
  );
}

function NotBox({ not, onChange }: { not: boolean; onChange: (not: boolean) => void }) {
  return (
    <Checkbox
      label={words.not}
      aria-label={words.notLabel}
      checked={not}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

interface TestProps extends Context {
  test: TestForm;
  onChange: (test: TestForm) => void;
  onRemove: () => void;
}

function TestEditor({ test, onChange, onRemove, schema, lists }: TestProps) {
  const spec = findField(schema, test.field);
  const operator = findOperator(schema, test.op);

  function setField(name: string) {
    const next = schema.fields.find((field) => field.name === name);
    if (!next) return;
    const op = next.operators.includes(test.op) ? test.op : (next.operators[0] ?? "is");
    const same = next.kind === spec?.kind ? test.operand : undefined;
    const argument = next.argument ? test.argument || next.argument.example : "";
    onChange({ ...test, field: name, argument, op, operand: operandFor(next, op, same) });
  }

  return (
    <div className="condition-test">
      <NotBox not={test.not} onChange={(not) => onChange({ ...test, not })} />
      <NativeSelect
        aria-label={words.field}
        className="pick-field"
        value={test.field}
        onChange={(event) => setField(event.currentTarget.value)}
        data={[
          ...schema.fields.map((field) => ({ value: field.name, label: field.label })),
          ...(spec ? [] : [test.field]),
        ]}
      />
      {spec?.argument && (
        <TextInput
          aria-label={spec.argument.label}
          placeholder={spec.argument.example}
          value={test.argument}
          onChange={(event) => onChange({ ...test, argument: event.currentTarget.value })}
          w={140}
        />
      )}
      <NativeSelect
        aria-label={words.operator}
        className="pick-operator"
        value={test.op}
        onChange={(event) => {
          const op = event.currentTarget.value;
          onChange({ ...test, op, operand: spec ? operandFor(spec, op, test.operand) : test.operand });
        }}
        data={(spec?.operators ?? [test.op]).map((name) => ({
          value: name,
          label: findOperator(schema, name)?.label ?? name,
        }))}
      />
      <div className="operand">
        <OperandInput
          test={test}
          schema={schema}
          lists={lists}
          onChange={(operand) => onChange({ ...test, operand })}
        />
      </div>
      <IconButton label={words.removeCondition} icon="trash" onClick={onRemove} />
      <Text c="dimmed" size="xs" className="condition-help">
        {spec?.help} {operator?.help}{" "}
        {spec && (
          <Link
            to="/reference"
            hash={`field-${spec.name}`}
            target="_blank"
            className="link"
            aria-label={reference.openField(spec.label)}
          >
            {reference.open}
          </Link>
        )}
      </Text>
    </div>
  );
}
