import { Button, FileButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { importReport } from "../api/dmarc";
import { useMay } from "../api/session";
import { Icon } from "../kit/icons";
import { failed, said } from "../kit/said";
import { dmarc } from "../strings";

export function ImportButton() {
  const client = useQueryClient();
  const acts = useMay("policy");
  const [busy, setBusy] = useState(false);
  if (!acts) return null;

  async function take(file: File | null) {
    if (!file) return;
    setBusy(true);
    try {
      const taken = await importReport(file);
      said(
        taken.new
          ? dmarc.imported(taken.organization, taken.domain)
          : dmarc.importedBefore(taken.organization),
      );
      await client.invalidateQueries({ queryKey: ["dmarc", "received"] });
    } catch (error) {
      failed(dmarc.importFailed, error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <FileButton accept=".xml,.gz,.zip,application/xml,application/gzip,application/zip" onChange={take}>
      {(props) => (
        <Button {...props} variant="default" loading={busy} leftSection={<Icon name="plus" size={16} />}>
          {dmarc.import}
        </Button>
      )}
    </FileButton>
  );
}
