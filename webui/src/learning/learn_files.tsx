// Mails in files, learned one after the other.
import { Button, FileButton } from "@mantine/core";
import { useState } from "react";
import { type LearnedClass, learnEach, learnFile, useLearningChanged } from "../api/learning";
import { useMay } from "../api/session";
import { Icon } from "../kit/icons";
import { learning } from "../strings";
import { sayLearned } from "./learn_words";

const mostBytes = 32 << 20; // the master takes no larger ones

export function LearnFiles() {
  const acts = useMay("quarantine");
  const changed = useLearningChanged();
  const [busy, setBusy] = useState<{ as: LearnedClass; through: number; of: number }>();
  if (!acts) return null;

  async function take(files: File[], as: LearnedClass) {
    if (files.length === 0) return;
    setBusy({ as, through: 0, of: files.length });
    const step = (through: number) => setBusy({ as, through, of: files.length });
    const result = await learnEach(
      files,
      (file) => (file.size > mostBytes ? Promise.reject(new Error(learning.tooLarge)) : learnFile(file, as)),
      (file) => file.name,
      step,
    );
    setBusy(undefined);
    sayLearned(result, as);
    await changed();
  }

  return (
    <>
      {(["spam", "ham"] as const).map((as) => (
        <FileButton key={as} multiple accept=".eml,.txt,message/rfc822" onChange={(files) => take(files, as)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              disabled={busy !== undefined}
              leftSection={<Icon name="plus" size={16} />}
              title={learning.filesHelp}
            >
              {learning.learnFiles[as]}
            </Button>
          )}
        </FileButton>
      ))}
      {busy && (
        <span role="status" className="quiet">
          {learning.progress(busy.through, busy.of)}
        </span>
      )}
    </>
  );
}
