// Review → comment → publish → progress by node.

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { overviewQuery } from "../api/overview";
import { checkQuery, diffQuery, draftQuery, isConflict, usePublish } from "../api/policy";
import type { CheckResult, Draft } from "../api/policy_types";
import { Notice } from "../kit/notice";
import { Failed, Lines, problemText } from "../kit/states";
import { app, rules } from "../strings";
import { ChangeList } from "./change_list";
import { shortPlace } from "./problem_list";
import { ProgressList } from "./progress_list";

const words = rules.publish;

export function PublishDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [done, setDone] = useState<number | null>(null);
  function close() {
    setDone(null);
    onClose();
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={done === null ? words.title : words.done(done)}
      size={760}
      closeButtonProps={{ "aria-label": app.close }}
    >
      {opened && done === null && <Review onDone={setDone} onClose={close} />}
      {opened && done !== null && <Done revision={done} onClose={close} />}
    </Modal>
  );
}

function Review({ onDone, onClose }: { onDone: (revision: number) => void; onClose: () => void }) {
  const draft = useQuery(draftQuery);
  const body = draft.data?.body;
  const stamp = body?.changed_at ?? "";
  const diff = useQuery({
    ...diffQuery(body?.base_revision ?? 0, "draft", stamp),
    enabled: body !== undefined,
  });
  if (diff.error) return <Failed error={diff.error} retry={() => void diff.refetch()} />;
  if (!body || !diff.data) return <Lines n={6} />;
  return (
    <Stack gap={16}>
      {diff.data.changes.length === 0 ? (
        <Text>{words.none}</Text>
      ) : (
        <>
          <Text>{words.from(body.base_revision)}</Text>
          <ChangeList changes={diff.data.changes} />
        </>
      )}
      <Remarks draft={body} stamp={stamp} />
      <PublishForm etag={draft.data?.etag ?? null} ready={body.changed} onDone={onDone} onClose={onClose} />
    </Stack>
  );
}

function Remarks({ draft, stamp }: { draft: Draft; stamp: string }) {
  const { data } = useQuery({ ...checkQuery(draft.document, stamp), retry: false });
  if (!data?.warnings?.length) return null;
  return (
    <Notice tone="quarantine" title={words.warnings}>
      <ul className="plain-list" style={{ color: "var(--w-text)" }}>
        {data.warnings.map((warning) => (
          <li key={warningText(warning)}>{warningText(warning)}</li>
        ))}
      </ul>
    </Notice>
  );
}

function warningText(warning: CheckResult["warnings"][number]): string {
  if (typeof warning === "string") return warning;
  return warning.where ? `${shortPlace(warning.where, "")}: ${warning.what}` : warning.what;
}

function PublishForm(props: {
  etag: string | null;
  ready: boolean;
  onDone: (revision: number) => void;
  onClose: () => void;
}) {
  const [comment, setComment] = useState("");
  const publish = usePublish();
  const nodes = useQuery(overviewQuery).data?.nodes;
  // Awaited here, not in a callback of the mutation: the review may be drawn anew meanwhile.
  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      const published = await publish.mutateAsync({ comment: comment.trim(), etag: props.etag });
      props.onDone(published.revision);
    } catch {
      // shown from publish.error
    }
  }
  return (
    <form onSubmit={submit}>
      <Stack gap={12}>
        <TextInput
          label={words.comment}
          description={words.commentHelp}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          data-autofocus
        />
        {nodes && <Text c="dimmed">{words.reach(nodes.up + nodes.late + nodes.paused)}</Text>}
        {publish.error && (
          <Text c="var(--w-reject)" role="alert">
            {isConflict(publish.error) ? rules.draft.conflict : problemText(publish.error)}
          </Text>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={props.onClose}>
            {app.cancel}
          </Button>
          <Button type="submit" loading={publish.isPending} disabled={!props.ready}>
            {words.verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function Done({ revision, onClose }: { revision: number; onClose: () => void }) {
  return (
    <Stack gap={16}>
      <ProgressList revision={revision} />
      <Text c="dimmed" size="xs">
        {words.closeHint}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {app.close}
        </Button>
      </Group>
    </Stack>
  );
}
