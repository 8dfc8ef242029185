// "3 changes not published · Discard · Review and publish": there whenever the draft differs.
import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { diffQuery, useDiscardDraft } from "../api/policy";
import type { Draft } from "../api/policy_types";
import { Confirm } from "../kit/confirm";
import { said } from "../kit/said";
import { TimeText } from "../kit/time_text";
import { rules } from "../strings";

const words = rules.draft;

export function DraftBar({ draft, acts, onReview }: { draft: Draft; acts: boolean; onReview: () => void }) {
  const [asking, ask] = useDisclosure(false);
  const discard = useDiscardDraft();
  const { data } = useQuery({
    ...diffQuery(draft.base_revision, "draft", draft.changed_at ?? ""),
    enabled: draft.changed,
  });
  if (!draft.changed) return null;
  const n = data?.changes.length ?? 0;
  return (
    <section className="draft-bar" aria-label={words.region}>
      <div>
        <strong>{words.changes(n)}</strong>
        {draft.changed_by && (
          <span className="small">
            {" · "}
            {words.by(draft.changed_by)} <TimeText at={draft.changed_at} relative />
          </span>
        )}
      </div>
      {acts && (
        <Group gap={8}>
          <Button variant="default" onClick={ask.open}>
            {words.discard}
          </Button>
          <Button onClick={onReview}>{words.review}</Button>
        </Group>
      )}
      <Confirm
        opened={asking}
        onClose={ask.close}
        title={words.discardTitle}
        effect={words.discardEffect(n)}
        verb={words.discardVerb}
        onConfirm={() => discard.mutateAsync().then(() => said(words.discarded))}
      />
    </section>
  );
}
