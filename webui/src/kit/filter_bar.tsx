// The search box and the filters above a table. The box writes to the address a moment after typing stops.
import { ActionIcon, Button, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { app } from "../strings";
import { Icon } from "./icons";

export function SearchBox(props: {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}) {
  const { label, value = "", onChange } = props;
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  function later(next: string, wait: number) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => next.trim() !== value && onChange(next.trim()), wait);
  }

  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      leftSection={<Icon name="search" size={16} />}
      onChange={(event) => later(event.currentTarget.value, 300)}
      onKeyDown={(event) => {
        if (event.key === "Enter") later(text, 0);
        if (event.key === "Escape" && text) {
          event.stopPropagation();
          later("", 0);
        }
      }}
      style={{ flex: "1 1 220px", maxWidth: 460 }}
    />
  );
}

export function Pick(props: {
  label: string;
  value: string | undefined;
  choices: { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  const known = props.choices.some((choice) => choice.value === (props.value ?? ""));
  const choices = known
    ? props.choices
    : [...props.choices, { value: props.value ?? "", label: props.value ?? "" }];
  return (
    <NativeSelect
      aria-label={props.label}
      data={choices}
      value={props.value ?? ""}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      style={{ flex: "0 1 auto", maxWidth: 190 }}
    />
  );
}

// Filters that have no control of their own (they came by a link), each with a button that takes it away.
export function ActiveFilters(props: { filters: [string, string][]; onRemove: (name: string) => void }) {
  return props.filters.map(([name, value]) => (
    <span key={name} className="active-filter">
      <span className="clip">
        {name.replace("_", " ")}: {value}
      </span>
      <CloseButton
        size="sm"
        c="var(--w-text)"
        aria-label={`${app.remove} ${name}`}
        onClick={() => props.onRemove(name)}
      />
    </span>
  ));
}

export function ClearFilter({ clear }: { clear: () => void }) {
  return (
    <Button variant="subtle" size="xs" onClick={clear}>
      {app.clearFilter}
    </Button>
  );
}

type Place = { cursor: string | undefined; page: string | undefined };

// The foot of a list of pages. Its place is in the address; `go` writes it there.
export function Paging(props: {
  place: Partial<Place>;
  size: number;
  list: { items: readonly unknown[]; next?: string | null; total?: number };
  go: (place: Place) => void;
  words?: { older: string; newest: string };
  children?: ReactNode;
}) {
  const { place, size, go, words = app } = props;
  const { items, next, total } = props.list;
  const page = Number(place.page ?? "1");
  const first = !place.cursor;
  const from = (page - 1) * size + 1;
  const n = items.length;
  if (n === 0 && first && !next) return null;
  return (
    <div className="table-foot">
      <span className="quiet" role="status">
        {n > 0 ? `${app.showing} ${app.shown(from, from + n - 1, total)}` : next && app.searchedPart}
      </span>
      {props.children}
      <span style={{ display: "inline-flex", gap: 8 }}>
        {!first && (
          <Button variant="default" size="xs" onClick={() => go({ cursor: undefined, page: undefined })}>
            {words.newest}
          </Button>
        )}
        {next && (
          <Button variant="default" size="xs" onClick={() => go({ cursor: next, page: String(page + 1) })}>
            {n > 0 ? words.older : app.searchOn}
          </Button>
        )}
      </span>
    </div>
  );
}

export function IconButton(props: {
  label: string;
  icon: Parameters<typeof Icon>[0]["name"];
  onClick: () => void;
  disabled?: boolean;
}) {
  return (
    <ActionIcon
      className="quiet-icon"
      variant="subtle"
      color="gray"
      c={props.disabled ? undefined : "var(--w-text-2)"}
      size={30}
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={17} />
    </ActionIcon>
  );
}
