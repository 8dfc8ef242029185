import { Menu, Switch } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import type { Rule } from "../api/policy_types";
import { IconButton } from "../kit/filter_bar";
import { Icon } from "../kit/icons";
import { Pill } from "../kit/verdict";
import { rules } from "../strings";
import type { RuleMark } from "./draft_edits";
import type { PolicySchema } from "./schema";
import { SentenceView } from "./sentence_view";

interface Props {
  rule: Rule;
  index: number;
  last: boolean;
  mark: RuleMark;
  hits: number | undefined;
  schema: PolicySchema;
  acts: boolean;
  onOpen: () => void;
  onMove: (to: number) => void;
  onEnable: (enabled: boolean) => void;
  onDuplicate: () => void;
  onDelete: () => void;
}

export function RuleRow(props: Props) {
  const { rule, index, last, mark, hits, acts, onMove } = props;
  const name = rule.name || rule.id;
  const enabled = rule.enabled !== false;

  function onKey(event: KeyboardEvent<HTMLLIElement>) {
    if (!acts || event.target !== event.currentTarget) return;
    if (event.altKey && event.key === "ArrowUp") onMove(index - 1);
    else if (event.altKey && event.key === "ArrowDown") onMove(index + 1);
    else if (event.key === "Enter") props.onOpen();
    else return;
    event.preventDefault();
  }

  return (
    <li
      data-rule={rule.id}
      data-off={!enabled}
      tabIndex={acts ? 0 : undefined}
      onKeyDown={onKey}
      aria-label={name}
    >
      <span className="rule-number">{index + 1}</span>
      {acts && (
        <Switch
          checked={enabled}
          onChange={(event) => props.onEnable(event.currentTarget.checked)}
          aria-label={rules.enabled(name)}
        />
      )}
      <div className="rule-text">
        <div className="rule-name">
          {acts ? (
            <button type="button" className="as-link" onClick={props.onOpen} aria-label={rules.edit(name)}>
              {name}
            </button>
          ) : (
            <strong>{name}</strong>
          )}
          {mark && <Pill tone="tag">{mark === "new" ? rules.isNew : rules.isChanged}</Pill>}
          {!enabled && <Pill tone="discard">{rules.disabled}</Pill>}
        </div>
        <div className="rule-sentence">
          <SentenceView rule={rule} schema={props.schema} />
        </div>
        {hits !== undefined && hits > 0 && (
          <Link to="/mails" search={{ rule: rule.id, range: "24h" } as never} className="link small">
            {rules.hits(hits)}
          </Link>
        )}
      </div>
      {acts && (
        <div className="rule-tools">
          <IconButton
            label={rules.moveUp(name)}
            icon="up"
            onClick={() => onMove(index - 1)}
            disabled={index === 0}
          />
          <IconButton
            label={rules.moveDown(name)}
            icon="down"
            onClick={() => onMove(index + 1)}
            disabled={last}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <button type="button" className="icon-button" aria-label={rules.more(name)}>
                ⋯
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<Icon name="copy" size={16} />} onClick={props.onDuplicate}>
                {rules.duplicate}
              </Menu.Item>
              <Menu.Item
                leftSection={<Icon name="trash" size={16} />}
                c="var(--w-reject)"
                onClick={props.onDelete}
              >
                {rules.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </li>
  );
}
