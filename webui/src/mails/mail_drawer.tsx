// One mail's whole story: envelope, what each recipient got and why, and everything that came after.
import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiProblem } from "../api/client";
import { mailQuery } from "../api/mails";
import { live } from "../api/overview";
import { opens, useSession } from "../api/session";
import type { MailOutcome, MailStory } from "../api/types";
import { CopyText } from "../kit/copy_text";
import { Marks } from "../kit/mail_cells";
import { bytes, milliseconds } from "../kit/numbers";
import { Facts, Section } from "../kit/page";
import { SideDrawer } from "../kit/side_drawer";
import { Blank, Failed, Lines } from "../kit/states";
import { StoryLines } from "../kit/story_lines";
import { TimeText } from "../kit/time_text";
import { Verdict } from "../kit/verdict";
import { directions, mails, mailWords } from "../strings";

export function MailDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <SideDrawer opened={id !== undefined} onClose={onClose} title={mails.drawer}>
      {id && <Loaded id={id} />}
    </SideDrawer>
  );
}

function Loaded({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({ ...mailQuery(id), refetchInterval: live.frame });
  if (data) return <MailView mail={data} />;
  if (error instanceof ApiProblem && error.status === 404) return <Blank title={mails.gone} />;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return <Lines n={10} />;
}

function MailView({ mail }: { mail: MailStory }) {
  const words = mails.facts;
  const opensNodes = opens(useSession()?.role, "nodes");
  return (
    <div>
      <Stack gap={8} pb={16}>
        <Group gap={8}>
          <Verdict verdict={mail.verdict} />
          <Marks mail={mail} />
        </Group>
        <Text fw={600} fz={16}>
          {mail.subject || mailWords.emptySubject}
        </Text>
      </Stack>
      <Section title={mails.verdicts}>
        <Stack gap={12}>
          {mail.outcomes.map((outcome) => (
            <OutcomeView key={outcome.recipients.join()} outcome={outcome} />
          ))}
        </Stack>
      </Section>
      <Section title={mails.story}>
        <StoryLines lines={mail.story} />
      </Section>
      <Section title={mails.envelope}>
        <Facts
          rows={[
            [words.received, <TimeText key="t" at={mail.time} />],
            [
              words.node,
              opensNodes ? (
                <Link key="n" to="/nodes" search={{ open: mail.node_id } as never} className="link">
                  {mail.node}
                </Link>
              ) : (
                mail.node
              ),
            ],
            [words.sender, <CopyText key="s" text={mail.sender} />],
            [words.client, <CopyText key="c" text={clientText(mail)} />],
            [words.helo, mail.helo || "–"],
            [words.authUser, mail.auth_user || "–"],
            [words.tls, mail.tls_version || words.noTls],
            [words.direction, directions[mail.direction] ?? mail.direction],
            [words.queueId, <CopyText key="q" text={mail.queue_id} />],
            [words.messageId, <CopyText key="m" text={mail.message_id} />],
            [words.size, bytes(mail.size)],
            [words.attachments, mail.attachments],
            [words.viruses, (mail.viruses ?? []).join(", ") || "–"],
            [words.revision, mail.revision || "–"],
          ]}
        />
        <Group gap={16} mt={8}>
          {mail.sender && (
            <Link to="/mails" search={{ sender: mail.sender } as never} className="link">
              {mails.sameSender}
            </Link>
          )}
          {mail.client_address && (
            <Link to="/mails" search={{ client: mail.client_address } as never} className="link">
              {mails.sameClient}
            </Link>
          )}
        </Group>
      </Section>
      {Object.keys(mail.stages ?? {}).length > 0 && (
        <Section title={mails.timing}>
          <Facts rows={Object.entries(mail.stages).map(([stage, ms]) => [stage, milliseconds(ms)])} />
        </Section>
      )}
    </div>
  );
}

function clientText(mail: MailStory): string {
  return mail.client_name ? `${mail.client_name} [${mail.client_address}]` : mail.client_address;
}

function OutcomeView({ outcome }: { outcome: MailOutcome }) {
  const words = mails.facts;
  const rows: [string, React.ReactNode][] = [
    [
      words.recipients,
      <span className="mono" key="r">
        {outcome.recipients.join(", ")}
      </span>,
    ],
    [
      words.rule,
      outcome.rule ? (
        <span className="mono" key="u">
          {outcome.rule}
        </span>
      ) : (
        mails.noRule
      ),
    ],
  ];
  if (outcome.reason) rows.push([words.reason, outcome.reason]);
  if (outcome.queue) rows.push([words.queue, outcome.queue]);
  if (outcome.code) rows.push([words.reply, `${outcome.code} ${outcome.status} ${outcome.text}`]);
  if (outcome.changes?.length) rows.push([words.changes, outcome.changes.join("; ")]);
  if (outcome.rules?.length) rows.push([words.matched, outcome.rules.join(", ")]);
  return (
    <div className="panel" style={{ padding: 12 }}>
      <Group justify="space-between" mb={8}>
        <Group gap={8}>
          <Verdict verdict={outcome.verdict} />
          {outcome.changes?.some((change) => change.startsWith("tag")) && <Verdict verdict="tag" />}
        </Group>
        {outcome.item && (
          <Link to="/quarantine" search={{ open: outcome.item, state: "all" } as never} className="link">
            {mails.openItem}
          </Link>
        )}
      </Group>
      <Facts rows={rows} />
    </div>
  );
}
