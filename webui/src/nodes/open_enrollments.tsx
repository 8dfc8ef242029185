// Lines that were made and not used yet: each can be taken back.
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { send } from "../api/client";
import { enrollmentsQuery } from "../api/nodes";
import { failed, said } from "../kit/said";
import { countdown } from "../kit/time";
import { useNow } from "../kit/use_now";
import { nodes } from "../strings";
import "./nodes.css";

const words = nodes.enrollment;

export function OpenEnrollments() {
  const now = useNow();
  const client = useQueryClient();
  const { data } = useQuery({ ...enrollmentsQuery, refetchInterval: 5000 });
  const open = (data?.items ?? []).filter(
    (one) => !one.used_at && new Date(one.expires).getTime() > now.getTime(),
  );
  if (open.length === 0) return null;

  async function revoke(id: string) {
    try {
      await send("DELETE", `/enrollment-tokens/${encodeURIComponent(id)}`);
      said(words.revoked);
    } catch (error) {
      failed(words.revoke, error);
    }
    await client.invalidateQueries({ queryKey: enrollmentsQuery.queryKey });
  }

  return (
    <section className="panel open-lines" aria-label={words.open(open.length)}>
      {open.map((one) => (
        <div key={one.id} className="card-line">
          <span>
            {words.unused}{" "}
            <span className="quiet">{`${words.by(one.created_by)}, ${words.left(countdown(one.expires, now))}`}</span>
          </span>
          <Button variant="subtle" size="compact-sm" flex="none" onClick={() => void revoke(one.id)}>
            {words.revoke}
          </Button>
        </div>
      ))}
    </section>
  );
}
