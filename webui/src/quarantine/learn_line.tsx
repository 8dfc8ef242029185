// Learn the open mail as spam or ham; how it was learned, and taking that back.
import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type LearnedClass, type LearnedMail, learnedMailQuery, useForget } from "../api/learning";
import { failed, said } from "../kit/said";
import { TimeText } from "../kit/time_text";
import { learning } from "../strings";

interface Props {
  sha256: string;
  learn: ((as: LearnedClass) => void) | undefined; // undefined: this mail, or this person, cannot
  busy: boolean;
  acts: boolean;
}

export function LearnLine({ sha256, learn, busy, acts }: Props) {
  const { data: mail } = useQuery(learnedMailQuery(sha256));
  if (!mail && !learn) return null;
  return (
    <Group gap={8} mb={12}>
      {learn &&
        (["spam", "ham"] as const).map((as) => (
          <Button key={as} size="xs" variant="default" loading={busy} onClick={() => learn(as)}>
            {learning.learnAs[as]}
          </Button>
        ))}
      {mail && <Learned mail={mail} acts={acts} />}
    </Group>
  );
}

function Learned({ mail, acts }: { mail: LearnedMail; acts: boolean }) {
  const forgetting = useForget();

  async function forget() {
    try {
      await forgetting.mutateAsync(mail.sha256);
      said(learning.forgotten);
    } catch (error) {
      failed(learning.notForgotten, error);
    }
  }

  return (
    <span className="quiet">
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
    </span>
  );
}
