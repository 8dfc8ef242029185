// How the open mail was learned, and taking that back.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { learnedMailQuery, useForget } from "../api/learning";
import { failed, said } from "../kit/said";
import { TimeText } from "../kit/time_text";
import { learning } from "../strings";

export function LearnedLine({ sha256, acts }: { sha256: string; acts: boolean }) {
  const { data: mail } = useQuery(learnedMailQuery(sha256));
  const forgetting = useForget();
  if (!mail) return null;

  async function forget() {
    try {
      await forgetting.mutateAsync(sha256);
      said(learning.forgotten);
    } catch (error) {
      failed(learning.failed, error);
    }
  }

  return (
    <p className="quiet" style={{ margin: "0 0 12px" }}>
      {learning.isLearned(mail.class, mail.by)} <TimeText at={mail.learned} />
      {acts && (
        <Button
          size="compact-xs"
          variant="subtle"
          ml={8}
          loading={forgetting.isPending}
          onClick={() => void forget()}
        >
          {learning.forget}
        </Button>
      )}
    </p>
  );
}
