import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { app } from "../strings";

// Title, the one question the page answers, and its actions on the right.
export function PageHead({
  title,
  text,
  children,
}: {
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ${app.name}`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" gap={16} mb={16} wrap="wrap">
      <div style={{ minWidth: 0 }}>
        <Title order={1}>{title}</Title>
        {text && <Text c="dimmed">{text}</Text>}
      </div>
      {children && <Group gap={8}>{children}</Group>}
    </Group>
  );
}

export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Section({
  title,
  children,
  aside,
}: {
  title: string;
  children: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <section className="drawer-section" aria-label={title}>
      <Group justify="space-between" mb={8} gap={8}>
        <Title order={2} fz={14} lh="22px">
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}
