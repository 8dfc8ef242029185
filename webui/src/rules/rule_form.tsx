// A rule as a form, drawn from the policy schema.
import { Grid, NativeSelect, Switch, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import type { PolicyDocument, Rule } from "../api/policy_types";
import { equalJson } from "../kit/json_diff";
import { groupsFromText } from "../nodes/groups";
import { rules } from "../strings";
import { ActionsEditor, type NamesByKind } from "./action_editor";
import { GroupEditor } from "./condition_editor";
import { conditionFromJson, conditionToJson, type GroupForm } from "./condition_form";
import { freshId, rulesOf } from "./draft_edits";
import type { PolicySchema } from "./schema";

const words = rules.editor;

interface Props {
  rule: Rule;
  isNew: boolean;
  schema: PolicySchema;
  document: PolicyDocument;
  onChange: (rule: Rule) => void;
}

// undefined takes a member out, so that defaults are never written down.
function changed(rule: Rule, change: Partial<Rule>): Rule {
  const next: Rule = { ...rule, ...change };
  for (const name of Object.keys(next)) if (next[name] === undefined) delete next[name];
  return next;
}

// What parameters of actions may refer to, by their kind.
export function namesOf(document: PolicyDocument): NamesByKind {
  const of = (section: string) =>
    Object.keys(document.sections?.[section] ?? {}).filter((name) => name !== "comment");
  return {
    queue: [...of("queues"), "unscanned", "rejected"].sort(),
    notice: of("notices").sort(),
    disclaimer: of("disclaimers").sort(),
    rate: of("rates").sort(),
  };
}

export function RuleForm({ rule, isNew, schema, document, onChange }: Props) {
  const [idTouched, setIdTouched] = useState(!isNew);
  const [nodes, setNodes] = useState((rule.nodes ?? []).join(", "));
  const set = (change: Partial<Rule>) => onChange(changed(rule, change));
  const taken = rulesOf(document).map((one) => one.id);

  function setName(name: string) {
    set(idTouched ? { name } : { name, id: freshId(name, taken) });
  }

  return (
    <div>
      <Grid gap={12}>
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <TextInput
            label={words.name}
            value={rule.name ?? ""}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <TextInput
            label={words.id}
            value={rule.id}
            onChange={(event) => {
              setIdTouched(true);
              set({ id: event.currentTarget.value });
            }}
            styles={{ input: { fontFamily: "var(--w-mono)", fontSize: 13 } }}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <NativeSelect
            label={words.direction}
            value={rule.direction ?? ""}
            onChange={(event) => set({ direction: event.currentTarget.value || undefined })}
            data={[
              { value: "", label: words.both },
              { value: "inbound", label: "inbound" },
              { value: "outbound", label: "outbound" },
            ]}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <TextInput
            label={words.nodes}
            description={words.nodesHelp}
            value={nodes}
            onChange={(event) => {
              setNodes(event.currentTarget.value);
              const names = groupsFromText(event.currentTarget.value);
              set({ nodes: names.length > 0 ? names : undefined });
            }}
          />
        </Grid.Col>
      </Grid>
      <Title order={3} mt={16} mb={8}>
        {words.when}
      </Title>
      <Condition rule={rule} schema={schema} document={document} onChange={(when) => set({ when })} />
      <Title order={3} mt={16} mb={8}>
        {words.actions}
      </Title>
      <ActionsEditor
        actions={rule.then ?? []}
        schema={schema}
        names={namesOf(document)}
        onChange={(then) => set({ then })}
      />
      <Switch
        mt={16}
        label={words.stop}
        checked={rule.stop === true}
        onChange={(event) => set({ stop: event.currentTarget.checked || undefined })}
      />
      <Switch
        mt={12}
        label={words.enabled}
        checked={rule.enabled !== false}
        onChange={(event) => set({ enabled: event.currentTarget.checked ? undefined : false })}
      />
    </div>
  );
}

function Condition(props: {
  rule: Rule;
  schema: PolicySchema;
  document: PolicyDocument;
  onChange: (when: Rule["when"]) => void;
}) {
  const { rule, schema, document } = props;
  // The form keeps its own tree (a group of one has no JSON of its own); a `when` from elsewhere replaces it.
  const [held, setHeld] = useState<{ form: GroupForm | null; when: Rule["when"] }>(() => ({
    form: conditionFromJson(rule.when),
    when: rule.when,
  }));
  if (!equalJson(held.when, rule.when)) setHeld({ form: conditionFromJson(rule.when), when: rule.when });
  if (!held.form) return <Text c="var(--w-quarantine)">{words.formCannot}</Text>;
  return (
    <GroupEditor
      root
      group={held.form}
      schema={schema}
      lists={document.lists}
      onChange={(form) => {
        const when = conditionToJson(form);
        setHeld({ form, when });
        props.onChange(when);
      }}
    />
  );
}
