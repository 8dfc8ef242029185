// One rule: the form, and beside it the same rule as JSON; each follows the other.
import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { isConflict, useSaveDraft } from "../api/policy";
import type { PolicyDocument, Rule } from "../api/policy_types";
import { failed } from "../kit/said";
import { SideDrawer } from "../kit/side_drawer";
import { app, rules } from "../strings";
import { insertRule, putRule, rulesOf } from "./draft_edits";
import { jsonText, parseJson } from "./json_text";
import { LazyJson } from "./lazy_json";
import { PolicyProblems } from "./problem_list";
import { RuleForm } from "./rule_form";
import type { PolicySchema } from "./schema";
import { SentenceView } from "./sentence_view";

const words = rules.editor;

// Which rule is edited: its place, or a new one at a place.
export interface Editing {
  at: number;
  isNew: boolean;
  rule: Rule;
}

interface Props {
  editing: Editing | null;
  schema: PolicySchema;
  document: PolicyDocument;
  onClose: () => void;
}

export function RuleEditor({ editing, ...rest }: Props) {
  const title = editing?.isNew ? words.newTitle : words.title(editing?.rule.name ?? editing?.rule.id ?? "");
  return (
    <SideDrawer opened={editing !== null} onClose={rest.onClose} title={title} size={1120}>
      {editing && <Body key={`${editing.at} ${editing.rule.id}`} editing={editing} {...rest} />}
    </SideDrawer>
  );
}

function Body({ editing, schema, document, onClose }: Props & { editing: Editing }) {
  const [rule, setRule] = useState(editing.rule);
  const [text, setText] = useState(() => jsonText(editing.rule));
  const [bad, setBad] = useState<string | null>(null);
  const [side, setSide] = useState("form");
  const narrow = useMediaQuery("(max-width: 900px)", undefined, { getInitialValueInEffect: false });
  const save = useSaveDraft();

  function fromForm(next: Rule) {
    setRule(next);
    setText(jsonText(next));
    setBad(null);
  }

  function fromJson(next: string) {
    setText(next);
    const { value, problem } = parseJson(next);
    if (problem !== null) return setBad(`${words.jsonBad} ${problem}`);
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return setBad(words.jsonNoObject);
    setBad(null);
    setRule(value as unknown as Rule);
  }

  async function store() {
    const old = rulesOf(document)[editing.at];
    const place = editing.isNew
      ? editing.at
      : rulesOf(document).findIndex((one) => one.id === editing.rule.id);
    const next =
      editing.isNew || !old
        ? insertRule(document, editing.at, rule)
        : putRule(document, Math.max(place, 0), rule);
    try {
      await save.mutateAsync(next);
      onClose();
    } catch (problem) {
      if (isConflict(problem)) failed(rules.draft.saveFailed, new Error(rules.draft.conflict));
    }
  }

  const form = (
    <RuleForm rule={rule} isNew={editing.isNew} schema={schema} document={document} onChange={fromForm} />
  );
  const json = (
    <div>
      <LazyJson value={text} label={words.json} onChange={fromJson} onSave={() => void store()} />
      {bad && (
        <Text c="var(--w-reject)" role="alert" mt={8}>
          {bad}
        </Text>
      )}
    </div>
  );
  return (
    <div>
      <div className="sentence-box">
        <span className="quiet small">{words.sentence}</span>
        <div>
          <SentenceView rule={rule} schema={schema} />
        </div>
      </div>
      {narrow && (
        <SegmentedControl
          fullWidth
          mb={16}
          value={side}
          onChange={setSide}
          data={[
            { value: "form", label: words.form },
            { value: "json", label: rules.tabs.json },
          ]}
        />
      )}
      {narrow ? (
        side === "form" ? (
          form
        ) : (
          json
        )
      ) : (
        <div className="form-and-json">
          {form}
          {json}
        </div>
      )}
      <div className="editor-foot">
        {save.error && !isConflict(save.error) && (
          <PolicyProblems problem={save.error} prefix={`/rules/${editing.at}`} />
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {app.cancel}
          </Button>
          <Button onClick={() => void store()} loading={save.isPending} disabled={bad !== null}>
            {words.save}
          </Button>
        </Group>
      </div>
    </div>
  );
}
