import { Text } from "@mantine/core";
import type { AuditEntry } from "../api/types";
import { DiffView } from "../kit/diff_view";
import { diffLines } from "../kit/json_diff";
import { Facts, Section } from "../kit/page";
import { SideDrawer } from "../kit/side_drawer";
import { TimeText } from "../kit/time_text";
import { audit } from "../strings";

export function EntryDrawer(props: { opened: boolean; entry: AuditEntry | undefined; onClose: () => void }) {
  const { entry } = props;
  const words = audit.columns;
  return (
    <SideDrawer opened={props.opened} onClose={props.onClose} title={audit.drawer}>
      {!entry && <Text>{audit.gone}</Text>}
      {entry && (
        <>
          <Facts
            rows={[
              [words.time, <TimeText key="t" at={entry.time} />],
              [words.actor, `${entry.actor} (${audit.via[entry.via] ?? entry.via})`],
              [
                words.address,
                <span key="a" className="mono">
                  {entry.address || "–"}
                </span>,
              ],
              [
                words.action,
                <span key="c" className="mono">
                  {entry.action}
                </span>,
              ],
              [words.object, entry.object],
            ]}
          />
          <div style={{ height: 16 }} />
          <Section title={audit.change}>
            <Change entry={entry} />
          </Section>
        </>
      )}
    </SideDrawer>
  );
}

function Change({ entry }: { entry: AuditEntry }) {
  const lines = diffLines(entry.before, entry.after);
  if (lines.length === 0) return <Text c="dimmed">{audit.noDetail}</Text>;
  return <DiffView lines={lines} />;
}
