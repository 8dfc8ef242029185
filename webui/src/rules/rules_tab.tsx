// The rules in their order: switch, move, edit, duplicate, delete. Each change goes to the draft at once.
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { isConflict, publishedQuery, ruleHitsQuery, useSaveDraft } from "../api/policy";
import type { PolicyDocument, Rule } from "../api/policy_types";
import { Icon } from "../kit/icons";
import { failed, said } from "../kit/said";
import { Blank } from "../kit/states";
import { app, rules } from "../strings";
import {
  duplicateOf,
  enableRule,
  freshId,
  insertRule,
  moveRule,
  removeRule,
  ruleMark,
  rulesOf,
} from "./draft_edits";
import { type Editing, RuleEditor } from "./rule_editor";
import { RuleRow } from "./rule_row";
import type { TabProps } from "./rules_page";

export function useDraftChange() {
  const save = useSaveDraft();
  return async (document: PolicyDocument, done?: () => void) => {
    try {
      await save.mutateAsync(document);
      done?.();
    } catch (problem) {
      failed(rules.draft.saveFailed, isConflict(problem) ? new Error(rules.draft.conflict) : problem);
    }
  };
}

export function RulesTab({ document, schema, acts }: TabProps) {
  const change = useDraftChange();
  const published = useQuery(publishedQuery).data?.document;
  const hits = useQuery(ruleHitsQuery).data ?? {};
  const [editing, setEditing] = useState<Editing | null>(null);
  const [moved, setMoved] = useState<string | null>(null);
  const list = useRef<HTMLOListElement | null>(null);
  const all = rulesOf(document);
  const levels = Object.keys((document.levels as object | undefined) ?? {});

  // A moved rule keeps the focus, so that it can be moved on by key.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after the new order is drawn
  useEffect(() => {
    if (!moved) return;
    const row = [...(list.current?.children ?? [])].find(
      (one) => (one as HTMLElement).dataset.rule === moved,
    );
    (row as HTMLElement | undefined)?.focus();
    setMoved(null);
  }, [document]);

  function move(from: number, to: number) {
    const rule = all[from];
    if (!rule || to < 0 || to >= all.length) return;
    setMoved(rule.id);
    void change(moveRule(document, from, to));
  }

  function remove(at: number, rule: Rule) {
    void change(removeRule(document, at), () =>
      notifications.show({
        message: (
          <Group justify="space-between" gap={8} wrap="nowrap">
            {rules.deleted(rule.name ?? rule.id)}
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => void change(document, () => notifications.clean())}
            >
              {rules.undo}
            </Button>
          </Group>
        ),
        autoClose: 8000,
        closeButtonProps: { "aria-label": app.close },
      }),
    );
  }

  const addRule = () =>
    setEditing({
      at: all.length,
      isNew: true,
      rule: {
        id: freshId(
          "",
          all.map((rule) => rule.id),
        ),
        name: "",
        then: [{ quarantine: { queue: "" } }],
      } as Rule,
    });
  const add = acts && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={addRule}>
      {rules.add}
    </Button>
  );

  return (
    <div>
      {all.length === 0 ? (
        <Blank title={rules.emptyTitle} text={rules.emptyText}>
          {add}
        </Blank>
      ) : (
        <>
          <Group justify="space-between" p={12} gap={8}>
            <Text c="dimmed" size="xs" style={{ flex: 1 }}>
              {acts && <span className="key-help">{rules.orderHelp}</span>}
            </Text>
            {add}
          </Group>
          <ol className="rule-list" aria-label={rules.list} ref={list}>
            {all.map((rule, index) => (
              <RuleRow
                key={rule.id}
                rule={rule}
                index={index}
                last={index === all.length - 1}
                mark={ruleMark(rule, published)}
                hits={hits[rule.id]}
                schema={schema}
                acts={acts}
                onOpen={() => setEditing({ at: index, isNew: false, rule })}
                onMove={(to) => move(index, to)}
                onEnable={(enabled) => void change(enableRule(document, index, enabled))}
                onDuplicate={() =>
                  void change(insertRule(document, index + 1, duplicateOf(document, rule)), () =>
                    said(rules.isNew),
                  )
                }
                onDelete={() => remove(index, rule)}
              />
            ))}
          </ol>
        </>
      )}
      {levels.length > 0 && (
        <Text c="dimmed" p={12}>
          {rules.levels(levels.join(", "))}
        </Text>
      )}
      {acts && (
        <RuleEditor editing={editing} schema={schema} document={document} onClose={() => setEditing(null)} />
      )}
    </div>
  );
}
