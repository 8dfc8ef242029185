// The right side: one quarantined mail, why it is here, what can be done, what is in it.

import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiProblem, rawMailAddress } from "../api/client";
import type { LearnedClass } from "../api/learning";
import { live } from "../api/overview";
import { itemQuery, useQueue } from "../api/quarantine";
import type { QuarantineDetail } from "../api/types";
import { CopyText } from "../kit/copy_text";
import { Icon } from "../kit/icons";
import { Notice } from "../kit/notice";
import { bytes } from "../kit/numbers";
import { Facts } from "../kit/page";
import { Blank, Failed, Lines } from "../kit/states";
import { TimeText } from "../kit/time_text";
import { mailWords, quarantine } from "../strings";
import { SenderChoice } from "../user_lists/sender_choice";
import { ItemStateMark } from "./item_state";
import { LearnLine } from "./learn_line";
import { PreviewTabs } from "./preview";
import { ReleaseSteps } from "./release_steps";

interface Props {
  id: string;
  acts: boolean;
  onRelease: (item: QuarantineDetail) => void;
  onDelete: (item: QuarantineDetail) => void;
  onLearn: (item: QuarantineDetail, as: LearnedClass) => void;
  learning: boolean;
}

export function canRelease(item: { state: string }): boolean {
  return item.state === "stored" || item.state === "release-failed";
}

export function ItemView({ id, acts, onRelease, onDelete, onLearn, learning: busy }: Props) {
  const { data, error, refetch } = useQuery({
    ...itemQuery(id),
    refetchInterval: (query) => (query.state.data?.state === "releasing" ? 700 : live.frame),
  });
  if (!data) {
    if (error instanceof ApiProblem && error.status === 404) return <Blank title={quarantine.gone} />;
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines n={10} />;
  }
  return (
    <article aria-label={quarantine.rowLabel(data)} key={data.id}>
      <Group gap={8} mb={8}>
        <ItemStateMark state={data.state} />
      </Group>
      <h2 className="item-title">{data.subject || mailWords.emptySubject}</h2>
      <Group gap={8} my={12}>
        {acts && canRelease(data) && (
          <>
            <Button onClick={() => onRelease(data)}>
              {data.state === "stored" ? quarantine.release : quarantine.retryRelease}
            </Button>
            <Button variant="default" onClick={() => onDelete(data)}>
              {quarantine.delete}
            </Button>
          </>
        )}
        {(canRelease(data) || data.state === "releasing") && (
          <Button
            component="a"
            href={rawMailAddress(data.id)}
            download={`${data.id}.eml`}
            variant="subtle"
            leftSection={<Icon name="download" size={16} />}
          >
            {quarantine.download}
          </Button>
        )}
      </Group>
      <LearnLine
        sha256={data.sha256}
        learn={acts && canRelease(data) ? (as) => onLearn(data, as) : undefined}
        busy={busy}
        acts={acts}
      />
      <ReleaseSteps item={data} />
      {(data.node_state === "down" || data.node_state === "never") && (
        <Notice tone="quarantine" title={quarantine.awayTitle(data.node)}>
          <Text c="var(--w-text)">{quarantine.awayText(data.node)}</Text>
        </Notice>
      )}
      <Facts rows={mainRows(data, acts)} />
      <div style={{ marginTop: 16 }}>
        <PreviewTabs item={data} details={<Facts rows={detailRows(data)} />} />
      </div>
    </article>
  );
}

// What decides: who, to whom, why.
function mainRows(item: QuarantineDetail, acts: boolean): [string, ReactNode][] {
  const words = quarantine.facts;
  const rows: [string, ReactNode][] = [
    [
      words.from,
      <div key="f">
        <CopyText text={item.sender || mailWords.emptySender} />
        {acts && <SenderChoice mail={item} />}
      </div>,
    ],
    [
      words.to,
      <span key="t" className="mono">
        {item.recipients.join(", ")}
      </span>,
    ],
    [words.why, item.reason || "–"],
    [words.received, <TimeText key="a" at={item.received} />],
  ];
  if (item.detail && item.detail !== item.reason) rows.push([words.detail, item.detail]);
  return rows;
}

function detailRows(item: QuarantineDetail): [string, ReactNode][] {
  const words = quarantine.facts;
  const rows: [string, ReactNode][] = [
    [
      words.rule,
      item.rule ? (
        <span key="r" className="mono">
          {item.rule}
        </span>
      ) : (
        "–"
      ),
    ],
    [words.queue, <QueueName key="u" item={item} />],
    [words.node, item.node],
    [words.client, <CopyText key="c" text={item.client_address} />],
    [words.queueId, <CopyText key="q" text={item.queue_id} />],
    [words.size, bytes(item.size)],
    [words.digest, <CopyText key="d" text={item.sha256} label={words.digest} />],
  ];
  if (item.expires) rows.push([words.expires, <TimeText key="e" at={item.expires} />]);
  if (item.mail) {
    rows.push([
      words.mail,
      <Link key="m" to="/mails" search={{ open: item.mail } as never} className="link">
        {words.openMail}
      </Link>,
    ]);
  }
  return rows;
}

function QueueName({ item }: { item: QuarantineDetail }) {
  const queue = useQueue(item.queue);
  return (
    <>
      <span className="mono">{item.queue}</span>
      {item.copy && ` (${quarantine.copyMark})`}
      {queue && <span className="quiet"> {quarantine.queueKept(queue.label, queue.days)}</span>}
    </>
  );
}
