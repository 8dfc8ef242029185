// The left side: one mail a row, a box to select it.
import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { queuesQuery } from "../api/quarantine";
import type { QuarantineItem } from "../api/types";
import { Address, Recipients, Subject } from "../kit/mail_cells";
import { TimeText } from "../kit/time_text";
import { mailWords, quarantine } from "../strings";
import { ItemStateMark } from "./item_state";

interface Props {
  items: QuarantineItem[];
  current: string | undefined;
  selected: Set<string>;
  selects: boolean;
  onOpen: (id: string) => void;
  onSelect: (id: string) => void;
}

export function ItemList({ items, current, selected, selects, onOpen, onSelect }: Props) {
  const { data: queues } = useQuery(queuesQuery);
  const labels = new Map(queues?.items.map((queue) => [queue.queue, queue.label]));
  const currentRow = useRef<HTMLLIElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the current mail
  useEffect(() => {
    void currentRow.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <ul className="item-list" aria-label={quarantine.list}>
      {items.map((item) => (
        <li
          key={item.id}
          ref={item.id === current ? currentRow : undefined}
          data-current={item.id === current}
          data-selected={selected.has(item.id)}
        >
          {selects && (
            <Checkbox
              className="item-check"
              checked={selected.has(item.id)}
              onChange={() => onSelect(item.id)}
              aria-label={quarantine.select(item.subject || mailWords.emptySubject)}
            />
          )}
          <button
            type="button"
            className="item-open"
            onClick={() => onOpen(item.id)}
            aria-current={item.id === current ? "true" : undefined}
            aria-label={quarantine.rowLabel(item)}
          >
            <span className="card-line">
              <Address address={item.sender} />
              <span className="quiet small">
                <TimeText at={item.received} />
              </span>
            </span>
            <span className="item-subject">
              <Subject text={item.subject} />
            </span>
            <span className="card-line quiet">
              <Recipients list={item.recipients} />
            </span>
            <span className="item-marks">
              {item.state !== "stored" && <ItemStateMark state={item.state} />}
              <span className="quiet small clip">
                {labels.get(item.queue) || item.queue} · {item.rule || item.reason}
                {item.copy && ` · ${quarantine.copyMark}`}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
