import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { app } from "../strings";
import "./gate.css";

// The quiet page in front of the console: one panel in the middle.
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${app.name}`;
  }, [title]);
  return (
    <main className="gate">
      <div className="panel gate-panel">
        <img src="/weir.svg" width={44} height={44} alt="" />
        <Title order={1} mt={16} mb={8}>
          {title}
        </Title>
        {children}
      </div>
    </main>
  );
}
