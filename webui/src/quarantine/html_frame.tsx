import { Button, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { nonce } from "../nonce";
import { quarantine } from "../strings";
import { safeHtml } from "./safe_html";

// Mail HTML, only after a click, in a frame that may do nothing: no scripts, no loads, no way out.
export function HtmlFrame({ html }: { html: string }) {
  const [shown, setShown] = useState(false);
  const document = useMemo(() => (shown ? safeHtml(html, nonce) : ""), [html, shown]);
  if (!shown) {
    return (
      <Stack align="flex-start" gap={12} py={16}>
        <Text c="dimmed">{quarantine.htmlHelp}</Text>
        <Button variant="default" onClick={() => setShown(true)}>
          {quarantine.showHtml}
        </Button>
      </Stack>
    );
  }
  return (
    <iframe
      title={quarantine.htmlFrame}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={document}
      className="html-frame"
    />
  );
}
