import { Button, Code } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Blank } from "../kit/states";
import { app } from "../strings";

export function NotFound() {
  return (
    <Blank title={app.notFoundTitle} text={app.notFoundText}>
      <Link to="/" className="link">
        {app.toOverview}
      </Link>
    </Blank>
  );
}

export function NotAllowed() {
  return (
    <Blank title={app.notAllowedTitle} text={app.notAllowedText}>
      <Link to="/" className="link">
        {app.toOverview}
      </Link>
    </Blank>
  );
}

export function Crash({ error }: { error: unknown }) {
  return (
    <Blank title={app.crashTitle} text={app.crashText}>
      <Code block style={{ whiteSpace: "pre-wrap", textAlign: "left", maxWidth: 720 }}>
        {error instanceof Error ? error.message : String(error)}
      </Code>
      <Button mt={8} onClick={() => window.location.reload()}>
        {app.reload}
      </Button>
    </Blank>
  );
}
