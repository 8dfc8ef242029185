import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { app } from "../strings";
import { Icon } from "./icons";

// An id or address in monospace with a button that copies it.
export function CopyText({ text, label }: { text: string; label?: string }) {
  if (!text) return <span className="quiet">–</span>;
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 4, minWidth: 0, maxWidth: "100%" }}>
      <span className="mono" style={{ overflowWrap: "anywhere" }}>
        {text}
      </span>
      <CopyIcon text={text} label={label} />
    </span>
  );
}

export function CopyIcon({ text, label }: { text: string; label?: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? app.copied : app.copy}>
          <ActionIcon
            size={24}
            variant="subtle"
            color="gray"
            c="var(--w-text-2)"
            onClick={copy}
            aria-label={`${app.copy} ${label ?? text}`}
          >
            <Icon name={copied ? "check" : "copy"} size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
