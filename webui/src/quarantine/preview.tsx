// What is in the mail, as text: body, headers, attachments, history; HTML only in its closed frame.

import { Button, Group, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiProblem } from "../api/client";
import { previewQuery } from "../api/quarantine";
import type { Preview, QuarantineDetail } from "../api/types";
import { Notice } from "../kit/notice";
import { bytes } from "../kit/numbers";
import { Lines, problemText } from "../kit/states";
import { StoryLines } from "../kit/story_lines";
import { app, quarantine } from "../strings";
import { HtmlFrame } from "./html_frame";

export function PreviewTabs({ item, details }: { item: QuarantineDetail; details: ReactNode }) {
  const held = item.state !== "released" && item.state !== "deleted" && item.state !== "expired";
  const { data, error, isFetching, refetch } = useQuery({ ...previewQuery(item.id), enabled: held });
  const history = (
    <Tabs.Panel value="history" pt={12}>
      <StoryLines lines={item.history.map((h) => ({ time: h.time, text: historyText(h), actor: h.actor }))} />
    </Tabs.Panel>
  );
  return (
    <Tabs
      key={String(held)}
      defaultValue={held ? "text" : "history"}
      keepMounted={false}
      aria-label={quarantine.preview}
    >
      <Tabs.List>
        {held && <Tabs.Tab value="text">{quarantine.text}</Tabs.Tab>}
        {data?.html && <Tabs.Tab value="html">{quarantine.html}</Tabs.Tab>}
        {held && <Tabs.Tab value="headers">{quarantine.headers}</Tabs.Tab>}
        {held && (
          <Tabs.Tab value="attachments">
            {quarantine.attachments}
            {data && data.attachments.length > 0 && ` (${data.attachments.length})`}
          </Tabs.Tab>
        )}
        <Tabs.Tab value="details">{quarantine.details}</Tabs.Tab>
        <Tabs.Tab value="history">{quarantine.history}</Tabs.Tab>
      </Tabs.List>
      {held && data && <Loaded preview={data} />}
      {held && !data && isFetching && <Lines n={8} />}
      {held && !data && !isFetching && error !== null && (
        <Notice tone="quarantine" alert title={titleOf(error, item.node)}>
          <Text c="var(--w-text)">{problemText(error)}</Text>
          <Group mt={8}>
            <Button variant="default" size="xs" onClick={() => void refetch()}>
              {app.retry}
            </Button>
          </Group>
        </Notice>
      )}
      <Tabs.Panel value="details" pt={12}>
        {details}
      </Tabs.Panel>
      {history}
    </Tabs>
  );
}

function historyText(change: { state: string; detail: string }): string {
  const state = quarantine.states[change.state] ?? change.state;
  return change.detail ? `${state}: ${change.detail}` : state;
}

function titleOf(error: unknown, node: string): string {
  return error instanceof ApiProblem && error.status === 503 ? quarantine.awayTitle(node) : app.failedTitle;
}

function Loaded({ preview }: { preview: Preview }) {
  const words = quarantine.attachmentColumns;
  return (
    <>
      <Tabs.Panel value="text" pt={12}>
        {preview.truncated && (
          <Text c="dimmed" mb={8}>
            {quarantine.truncated}
          </Text>
        )}
        {preview.text.trim() ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling text must be reachable by keyboard
          <pre className="mail-text" tabIndex={0}>
            {preview.text}
          </pre>
        ) : (
          <Text c="dimmed">{quarantine.noText}</Text>
        )}
      </Tabs.Panel>
      {preview.html && (
        <Tabs.Panel value="html" pt={12}>
          <HtmlFrame html={preview.html} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="headers" pt={12}>
        <dl className="headers">
          {preview.headers.map((header, index) => (
            <div key={`${header.name} ${index + 1}`}>
              <dt>{header.name}</dt>
              <dd>{header.value}</dd>
            </div>
          ))}
        </dl>
      </Tabs.Panel>
      <Tabs.Panel value="attachments" pt={12}>
        {preview.attachments.length === 0 ? (
          <Text c="dimmed">{quarantine.noAttachments}</Text>
        ) : (
          <table className="data-table" aria-label={quarantine.attachments}>
            <thead>
              <tr>
                <th>{words.name}</th>
                <th>{words.type}</th>
                <th>{words.realType}</th>
                <th style={{ width: 84, textAlign: "right" }}>{words.size}</th>
              </tr>
            </thead>
            <tbody>
              {preview.attachments.map((attachment, index) => (
                <tr key={`${attachment.name} ${index + 1}`}>
                  <td>{attachment.name || quarantine.unnamed}</td>
                  <td className="mono">{attachment.type}</td>
                  <td
                    className="mono"
                    data-differs={differs(attachment)}
                    title={differs(attachment) ? quarantine.typesDiffer : undefined}
                  >
                    {attachment.real_type || "–"}
                  </td>
                  <td style={{ textAlign: "right" }}>{bytes(attachment.size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Tabs.Panel>
    </>
  );
}

function differs(attachment: { type: string; real_type: string }): boolean {
  return (
    attachment.real_type !== "" &&
    attachment.type !== "application/octet-stream" &&
    attachment.real_type.toLowerCase() !== attachment.type.toLowerCase()
  );
}
