// The whole policy as JSON: the same draft, for those who think in text.
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { isConflict, useSaveDraft } from "../api/policy";
import type { PolicyDocument } from "../api/policy_types";
import { failed } from "../kit/said";
import { rules } from "../strings";
import { jsonText, parseJson } from "./json_text";
import { LazyJson } from "./lazy_json";
import { PolicyProblems } from "./problem_list";
import type { TabProps } from "./rules_page";

const words = rules.json;

export function PolicyJsonTab({ document, acts }: TabProps) {
  const stored = jsonText(document);
  const [text, setText] = useState(stored);
  const [base, setBase] = useState(stored);
  const save = useSaveDraft();
  const dirty = text !== base;
  // A draft changed elsewhere is shown, unless someone is in the middle of an edit here.
  if (stored !== base && !dirty) {
    setBase(stored);
    setText(stored);
  }
  const { value, problem } = parseJson(text);

  async function store() {
    if (problem !== null || !dirty) return;
    try {
      const answer = await save.mutateAsync(value as unknown as PolicyDocument);
      const now = jsonText(answer.body.document);
      setBase(now);
      setText(now);
    } catch (error) {
      if (isConflict(error)) failed(rules.draft.saveFailed, new Error(rules.draft.conflict));
    }
  }

  return (
    <div className="json-tab">
      <Text c="dimmed" mb={8}>
        {words.text}
      </Text>
      <LazyJson
        value={text}
        label={words.label}
        readOnly={!acts}
        height="60vh"
        onChange={setText}
        onSave={() => void store()}
      />
      {problem !== null && (
        <Text c="var(--w-reject)" role="alert" mt={8}>
          {words.bad} {problem}
        </Text>
      )}
      {save.error && !isConflict(save.error) && <PolicyProblems problem={save.error} />}
      {acts && (
        <Group gap={8} mt={12}>
          <Button onClick={() => void store()} disabled={!dirty || problem !== null} loading={save.isPending}>
            {words.save}
          </Button>
          {dirty && (
            <Button variant="default" onClick={() => setText(base)}>
              {words.revert}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}
