// The actions of a rule, each with the parameters its description names.
import { Button, NativeSelect, Text, TextInput } from "@mantine/core";
import type { Json, JsonObject } from "../api/policy_types";
import { IconButton } from "../kit/filter_bar";
import { Icon } from "../kit/icons";
import { rules } from "../strings";
import { type ActionSpec, findAction, type ParameterSpec, type PolicySchema } from "./schema";

const words = rules.editor;

export function actionOf(action: Json): { name: string; parameters: JsonObject } {
  const entry = typeof action === "object" && action !== null ? Object.entries(action)[0] : undefined;
  if (!entry) return { name: "", parameters: {} };
  const given = entry[1];
  return {
    name: entry[0],
    parameters:
      typeof given === "object" && given !== null && !Array.isArray(given) ? (given as JsonObject) : {},
  };
}

// Required parameters stand there to be filled; the others come from the defaults unless someone writes them.
export function newAction(spec: ActionSpec): JsonObject {
  const parameters: JsonObject = {};
  for (const parameter of spec.parameters)
    if (parameter.required) parameters[parameter.name] = parameter.default ?? emptyOf(parameter);
  return { [spec.name]: parameters };
}

function emptyOf(parameter: ParameterSpec): Json {
  if (parameter.kind === "groups") return [];
  return parameter.kind === "decimal" ? 1 : "";
}

// What was typed, as the parameter wants it.
function typedParameter(parameter: ParameterSpec, text: string): Json {
  if (parameter.kind === "code" && /^\d+$/.test(text)) return Number(text);
  if (parameter.kind === "decimal" && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (parameter.kind === "flag") return text === "true";
  if (parameter.kind === "groups")
    return text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
  return text;
}

function parameterText(value: Json | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

interface Props {
  actions: Json[];
  schema: PolicySchema;
  names: NamesByKind;
  onChange: (actions: Json[]) => void;
}

// Names that the policy declares, for parameters that refer to one.
export type NamesByKind = Record<string, string[]>;

export function ActionsEditor({ actions, schema, names, onChange }: Props) {
  const set = (index: number, action: Json) =>
    onChange(actions.map((one, at) => (at === index ? action : one)));
  const quarantine = findAction(schema, "quarantine") ?? schema.actions[0];
  return (
    <fieldset className="condition-root" aria-label={words.actions}>
      {Object.entries(names).map(([kind, all]) => (
        <datalist key={kind} id={`names-${kind}`}>
          {all.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ))}
      {actions.map((action, index) => (
        <ActionRow
          key={`action-${index + 1}`}
          action={action}
          schema={schema}
          onChange={(next) => set(index, next)}
          onRemove={() => onChange(actions.filter((_, at) => at !== index))}
        />
      ))}
      {actions.length === 0 && (
        <Text c="var(--w-quarantine)" mb={8}>
          {words.noAction}
        </Text>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => quarantine && onChange([...actions, newAction(quarantine)])}
      >
        {words.addAction}
      </Button>
    </fieldset>
  );
}

const named = ["queue", "notice", "disclaimer", "rate"];

function ActionRow(props: {
  action: Json;
  schema: PolicySchema;
  onChange: (action: Json) => void;
  onRemove: () => void;
}) {
  const { schema, onChange } = props;
  const { name, parameters } = actionOf(props.action);
  const spec = findAction(schema, name);
  function setParameter(parameter: ParameterSpec, text: string) {
    const next = { ...parameters };
    if (text === "" && !parameter.required) delete next[parameter.name];
    else next[parameter.name] = typedParameter(parameter, text);
    onChange({ [name]: next });
  }
  return (
    <div className="condition-test action-row">
      <NativeSelect
        aria-label={words.action}
        value={name}
        onChange={(event) => {
          const next = findAction(schema, event.currentTarget.value);
          if (next) onChange(newAction(next));
        }}
        data={[
          ...schema.actions.map((one) => ({ value: one.name, label: one.label })),
          ...(spec ? [] : [name]),
        ]}
      />
      {spec?.parameters.map((parameter) =>
        parameter.kind === "choice" || parameter.kind === "flag" ? (
          <NativeSelect
            key={`${name}:${parameter.name}`}
            label={parameter.name}
            aria-label={`${spec.label}: ${parameter.name}`}
            title={parameter.help}
            value={parameterText(parameters[parameter.name] ?? parameter.default)}
            data={parameter.kind === "flag" ? ["true", "false"] : (parameter.choices ?? [])}
            onChange={(event) => setParameter(parameter, event.currentTarget.value)}
          />
        ) : (
          <TextInput
            key={`${name}:${parameter.name}`}
            label={parameter.name}
            aria-label={`${spec.label}: ${parameter.name}`}
            placeholder={parameter.default === null ? parameter.name : String(parameter.default)}
            title={parameter.help}
            defaultValue={parameterText(parameters[parameter.name])}
            onChange={(event) => setParameter(parameter, event.currentTarget.value)}
            list={named.includes(parameter.kind) ? `names-${parameter.kind}` : undefined}
            w={parameter.kind === "code" || parameter.kind === "status" ? 90 : 200}
            style={
              parameter.kind === "text" || parameter.kind === "value" ? { flex: "1 1 200px" } : undefined
            }
          />
        ),
      )}
      <IconButton label={words.removeAction} icon="trash" onClick={props.onRemove} />
      <Text c="dimmed" size="xs" className="condition-help">
        {spec?.help}
      </Text>
    </div>
  );
}
