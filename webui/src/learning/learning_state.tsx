// How much is known, how much is still missing until scores begin, and how near the limits are.
import { Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type LearnedClass, type Learning, learningQuery } from "../api/learning";
import { live } from "../api/overview";
import { Notice } from "../kit/notice";
import { bytes } from "../kit/numbers";
import { Facts } from "../kit/page";
import { Failed, Lines } from "../kit/states";
import { TimeText } from "../kit/time_text";
import { learning } from "../strings";
import "./learning.css";

export function LearningState() {
  const { data, error, refetch } = useQuery({ ...learningQuery, refetchInterval: live.frame });
  return (
    <section className="panel learning-state" aria-label={learning.state}>
      {data ? (
        <Known data={data} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Lines />
      )}
    </section>
  );
}

function Known({ data }: { data: Learning }) {
  return (
    <>
      <div className="learning-meters">
        <Meter of="spam" data={data} />
        <Meter of="ham" data={data} />
        {data.scores ? (
          <Notice tone="good" title={learning.scoring}>
            {learning.scoringText}
          </Notice>
        ) : (
          <Notice tone="quarantine" title={learning.waiting}>
            {learning.waitingText(data.missing.spam, data.missing.ham, data.needed)}
          </Notice>
        )}
      </div>
      <Facts rows={facts(data)} />
    </>
  );
}

function Meter({ of, data }: { of: LearnedClass; data: Learning }) {
  const text = learning.meter(data[of], data.needed);
  return (
    <div>
      <div className="card-line">
        <strong>{learning.mailsOf[of]}</strong>
        <span>{text}</span>
      </div>
      <Progress
        value={Math.min(100, (data[of] / data.needed) * 100)}
        aria-label={`${learning.mailsOf[of]}: ${text}`}
      />
    </div>
  );
}

function facts(data: Learning): [string, ReactNode][] {
  const { facts: words, beyond } = learning;
  const limited = (n: number, most: number, help: string) => (
    <>
      {learning.ofAtMost(n, most)}
      <div className="quiet small">{help}</div>
    </>
  );
  return [
    [words.mails, limited(data.spam + data.ham, data.limits.mails, beyond.mails)],
    [words.tokens, limited(data.tokens, data.limits.tokens, beyond.tokens)],
    [words.digests, limited(data.digests, data.limits.digests, beyond.digests)],
    [words.changed, data.changed ? <TimeText key="c" at={data.changed} /> : learning.never],
    [words.model, <Model key="m" data={data} />],
    [words.nodes, <Nodes key="n" data={data} />],
  ];
}

function Nodes({ data: { model } }: { data: Learning }) {
  if (!model) return "–";
  const { have, without } = model.nodes;
  return (
    <>
      {learning.onNodes(have, have + without.length)}
      {without.length > 0 && <div className="quiet small">{learning.notOn(without)}</div>}
    </>
  );
}

function Model({ data: { model } }: { data: Learning }) {
  if (!model) return learning.modelNone;
  return (
    <>
      <TimeText at={model.written} />, {bytes(model.bytes)}
      {!model.current && <span className="quiet"> · {learning.modelOld}</span>}
    </>
  );
}
