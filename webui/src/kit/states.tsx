// The states of everything that loads: skeleton, empty (what to do), no match (clear), error (try again).
import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiProblem } from "../api/client";
import { app } from "../strings";

export function Blank({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <Stack align="center" gap={8} py={48} px={16} ta="center">
      <Title order={2}>{title}</Title>
      {text && (
        <Text c="dimmed" maw={520}>
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}

export function problemText(error: unknown): string {
  if (error instanceof ApiProblem) {
    // One problem without a place of its own is the detail itself; several are named one by one.
    if (error.errors.length > 1)
      return error.errors.map((one) => `${one.where ?? ""} ${one.what}`.trim()).join("; ");
    return error.detail || error.title;
  }
  return error instanceof Error ? error.message : String(error);
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert">
      <Blank title={app.failedTitle} text={problemText(error)}>
        {retry && (
          <Button variant="default" mt={8} onClick={retry}>
            {app.retry}
          </Button>
        )}
      </Blank>
    </div>
  );
}

export function Lines({ n = 6, height = 20 }: { n?: number; height?: number }) {
  return (
    <Stack gap={12} p={16} aria-busy="true" aria-label={app.loading} role="status">
      {Array.from({ length: n }, (_, i) => (
        <Skeleton key={`line-${i + 1}`} height={height} width={`${96 - ((i * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}
