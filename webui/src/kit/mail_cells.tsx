// How a mail's address, subject and marks look in every table.
import { Tooltip } from "@mantine/core";
import { mailWords } from "../strings";

export function Address({ address }: { address: string }) {
  return (
    <span className="mono clip" title={address} style={{ display: "block" }}>
      {address || mailWords.emptySender}
    </span>
  );
}

export function Recipients({ list }: { list: string[] }) {
  return (
    <span className="mono clip" title={list.join(", ")} style={{ display: "block" }}>
      {mailWords.others(list[0] ?? "–", list.length - 1)}
    </span>
  );
}

export function Subject({ text }: { text: string }) {
  return (
    <span className={text ? "clip" : "clip quiet"} title={text} style={{ display: "block" }}>
      {text || mailWords.emptySubject}
    </span>
  );
}

export function Marks({ mail }: { mail: { superseded: boolean; in_doubt: boolean } }) {
  if (!mail.superseded && !mail.in_doubt) return null;
  const [word, help] = mail.superseded
    ? [mailWords.superseded, mailWords.supersededHelp]
    : [mailWords.inDoubt, mailWords.inDoubtHelp];
  return (
    <Tooltip label={help} multiline w={260}>
      <span className="pill" data-tone="discard">
        {word}
      </span>
    </Tooltip>
  );
}
