import { Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useBulk } from "../api/quarantine";
import type { QuarantineItem } from "../api/types";
import { Confirm } from "../kit/confirm";
import { quarantine } from "../strings";
import { typedAddresses } from "./addresses";
import { reportBulk } from "./report_bulk";

interface Props {
  items: QuarantineItem[];
  onClose: () => void;
  onDone: () => void;
}

// `items` empty: closed. To the envelope's recipients, or to addresses typed here.
export function ReleaseDialog({ items, onClose, onDone }: Props) {
  const bulk = useBulk();
  const [elsewhere, setElsewhere] = useState(false);
  const [text, setText] = useState("");
  const n = items.length;
  const addresses = typedAddresses(text);
  const only = n === 1 ? items[0] : undefined;

  async function release() {
    if (elsewhere && addresses.bad[0]) throw new Error(quarantine.badAddress(addresses.bad[0]));
    if (elsewhere && addresses.good.length === 0) throw new Error(quarantine.badAddress(text || "–"));
    const result = await bulk.mutateAsync({
      action: "release",
      ids: items.map((item) => item.id),
      recipients: elsewhere ? addresses.good : undefined,
    });
    reportBulk(result);
    setElsewhere(false);
    setText("");
    onDone();
  }

  return (
    <Confirm
      opened={n > 0}
      onClose={onClose}
      title={quarantine.releaseTitle(n)}
      verb={quarantine.releaseVerb(n)}
      danger={false}
      onConfirm={release}
      effect={
        <>
          <Text>{quarantine.releaseEffect(n)}</Text>
          {only && (
            <Text className="mono" mt={8} td={elsewhere ? "line-through" : undefined}>
              {only.recipients.join(", ")}
            </Text>
          )}
        </>
      }
    >
      <Switch
        label={quarantine.releaseElsewhere}
        checked={elsewhere}
        onChange={(event) => setElsewhere(event.currentTarget.checked)}
      />
      {elsewhere && (
        <TextInput
          label={quarantine.releaseOther}
          description={quarantine.releaseOtherHelp}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={
            addresses.bad[0] && /[\s,;]$/.test(text) ? quarantine.badAddress(addresses.bad[0]) : undefined
          }
          inputMode="email"
          autoFocus
        />
      )}
    </Confirm>
  );
}
