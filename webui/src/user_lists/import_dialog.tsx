import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { type ListAnswer, type ListResult, useChangeLists } from "../api/user_lists";
import { DialogForm } from "../kit/dialog_form";
import { app, userLists } from "../strings";
import { Fullness } from "./fullness";
import { countOutcomes, linesOf } from "./outcomes";

// Of refused lines; the rest is a number, so that a wrong file does not fill the page.
const shownLines = 200;

export function ImportDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={userLists.importTitle}
      size="lg"
      closeButtonProps={{ "aria-label": app.close }}
    >
      {opened && <ImportForm onClose={onClose} />}
    </Modal>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState<ListAnswer>();
  const change = useChangeLists();
  const lines = linesOf(text);
  if (answer) {
    return (
      <Taken
        answer={answer}
        onAgain={() => {
          setText("");
          setAnswer(undefined);
        }}
        onClose={onClose}
      />
    );
  }
  return (
    <DialogForm
      verb={userLists.importVerb(lines)}
      ready={lines > 0}
      run={async () => setAnswer(await change.mutateAsync({ action: "import", text }))}
      onClose={onClose}
    >
      <Textarea
        label={userLists.importText}
        description={userLists.importHelp}
        placeholder={userLists.importExample}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rows={10}
        spellCheck={false}
        classNames={{ input: "mono" }}
        data-autofocus
      />
    </DialogForm>
  );
}

function Taken(props: { answer: ListAnswer; onAgain: () => void; onClose: () => void }) {
  const { answer, onAgain, onClose } = props;
  const refused = answer.results.filter((one) => !one.ok);
  return (
    <Stack gap={16}>
      <div role="status">
        <Text fw={600}>{userLists.importDone}</Text>
        <Text>
          {countOutcomes(answer.results)
            .map(([outcome, n]) => userLists.importCounts[outcome]?.(n))
            .join(", ")}
        </Text>
      </div>
      {refused.length > 0 && <Refused lines={refused} />}
      <Fullness counts={answer} />
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onAgain}>
          {userLists.importAgain}
        </Button>
        <Button onClick={onClose} data-autofocus>
          {app.close}
        </Button>
      </Group>
    </Stack>
  );
}

function Refused({ lines }: { lines: ListResult[] }) {
  const words = userLists.refusedColumns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className="refused-lines" tabIndex={0} aria-label={userLists.refusedLines}>
      <table className="data-table" aria-label={userLists.refusedLines}>
        <thead>
          <tr>
            <th scope="col" style={{ width: 60, textAlign: "right" }}>
              {words.line}
            </th>
            <th scope="col">{words.what}</th>
            <th scope="col">{words.why}</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, shownLines).map((one) => (
            <tr key={one.line}>
              <td style={{ textAlign: "right" }}>{one.line}</td>
              <td className="mono">{[one.owner, one.kind, one.sender].filter(Boolean).join(" ") || "–"}</td>
              <td>{one.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > shownLines && (
        <p className="quiet small">{userLists.moreRefused(lines.length - shownLines)}</p>
      )}
    </section>
  );
}
