// Is mail flowing, is anything wrong? Looks again every second while the window is visible.
import { Group, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { live, overviewQuery } from "../api/overview";
import type { Overview } from "../api/types";
import { PageHead } from "../kit/page";
import { Failed } from "../kit/states";
import { overview } from "../strings";
import { flowState } from "./flow";
import { ProblemList } from "./problem_list";
import { RateChart } from "./rate_chart";
import { RecentMails } from "./recent_mails";
import { StandingPanels } from "./standing_panels";
import { TodayNumbers } from "./today_numbers";
import "./overview.css";

export function OverviewPage() {
  const { data, error, refetch } = useQuery({ ...overviewQuery, refetchInterval: live.overview });
  return (
    <>
      <PageHead title={overview.title} text={overview.question} />
      {!data && error && (
        <div className="panel">
          <Failed error={error} retry={() => void refetch()} />
        </div>
      )}
      {!data && !error && <OverviewSkeleton />}
      {data && <Content data={data} />}
    </>
  );
}

function Content({ data }: { data: Overview }) {
  const flow = flowState(data);
  return (
    <div className="overview">
      <div className="panel flow" data-tone={flow.tone} role="status">
        <span className="dot" />
        <Text fw={600}>{flow.text}</Text>
        {data.nodes.total === 0 && (
          <Link to="/nodes" search={{ enroll: "1" } as never} className="link">
            {overview.enroll}
          </Link>
        )}
      </div>
      <ProblemList problems={data.problems} />
      <TodayNumbers today={data.today} />
      <div className="overview-columns">
        <section className="panel pad chart-panel" aria-label={overview.chart}>
          <Group justify="space-between" mb={12}>
            <h2 className="panel-title">{overview.chart}</h2>
          </Group>
          <RateChart minutes={data.rates.per_minute} />
        </section>
        <StandingPanels data={data} />
      </div>
      <RecentMails mails={data.recent} />
    </div>
  );
}

function OverviewSkeleton() {
  return (
    <div className="overview" aria-busy="true">
      <Skeleton height={54} />
      <Skeleton height={84} />
      <Skeleton height={240} />
      <Skeleton height={320} />
    </div>
  );
}
