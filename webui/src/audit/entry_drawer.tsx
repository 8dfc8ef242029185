import { Text } from "@mantine/core";
import type { PolicyChange } from "../api/policy_types";
import type { AuditEntry } from "../api/types";
import { DiffView } from "../kit/diff_view";
import { diffLines } from "../kit/json_diff";
import { Facts, Section } from "../kit/page";
import { SideDrawer } from "../kit/side_drawer";
import { TimeText } from "../kit/time_text";
import { ChangeList } from "../rules/change_list";
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

// A publish lists what it changed in the policy; that is shown as the review before it was.
function policyChanges(after: unknown): PolicyChange[] {
  const changes = (after as { changes?: unknown } | null)?.changes;
  return Array.isArray(changes) && changes.every((one) => one?.kind && one?.what)
    ? (changes as PolicyChange[])
    : [];
}

function without(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

function Change({ entry }: { entry: AuditEntry }) {
  const changes = policyChanges(entry.after);
  const after = changes.length > 0 ? without(entry.after, "changes") : entry.after;
  const lines = diffLines(entry.before, after);
  if (lines.length === 0 && changes.length === 0) return <Text c="dimmed">{audit.noDetail}</Text>;
  return (
    <>
      <DiffView lines={lines} />
      {changes.length > 0 && (
        <div style={{ marginTop: 16 }}>
          <ChangeList changes={changes} />
        </div>
      )}
    </>
  );
}
