// Mails a minute over the last hour as stacked bars. A bar leads to that minute in the mail log.
import { useNavigate } from "@tanstack/react-router";
import type { MinuteRate, VerdictName } from "../api/types";
import { count } from "../kit/numbers";
import { clockTime } from "../kit/time";
import { overview, verdicts } from "../strings";
import { barHeights, chartTop, order } from "./stack";
import "./rate_chart.css";

const height = 140;

export function RateChart({ minutes }: { minutes: MinuteRate[] }) {
  const navigate = useNavigate();
  const top = chartTop(minutes);
  const totals = order.map((name) => [name, minutes.reduce((sum, minute) => sum + minute[name], 0)] as const);
  const all = totals.reduce((sum, [, n]) => sum + n, 0);

  function openMinute(minute: MinuteRate) {
    const from = new Date(minute.minute);
    const to = new Date(from.getTime() + 60_000);
    void navigate({ to: "/mails", search: { from: from.toISOString(), to: to.toISOString() } as never });
  }

  return (
    <figure className="rate-chart">
      <svg
        viewBox={`0 0 ${Math.max(minutes.length, 1) * 10} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={overview.chartLabel(all)}
      >
        {[0.25, 0.5, 0.75].map((part) => (
          <line
            key={part}
            x1="0"
            x2={minutes.length * 10}
            y1={height * part}
            y2={height * part}
            className="grid"
          />
        ))}
        {minutes.map((minute, index) => (
          <Bar
            key={minute.minute}
            minute={minute}
            x={index * 10}
            top={top}
            onOpen={() => openMinute(minute)}
          />
        ))}
      </svg>
      <div className="rate-axis small quiet" aria-hidden="true">
        <span>{minutes[0] ? clockTime(minutes[0].minute) : ""}</span>
        <span>
          {overview.highest} {count(top)}
        </span>
        <span>{minutes.length ? clockTime(minutes[minutes.length - 1]?.minute) : ""}</span>
      </div>
      <figcaption className="rate-legend">
        {totals.map(([name, n]) => (
          <span key={name}>
            <span className="swatch" data-verdict={name} />
            {verdicts[name]} <strong>{count(n)}</strong>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Bar(props: { minute: MinuteRate; x: number; top: number; onOpen: () => void }) {
  const { minute, x, top } = props;
  const total = order.reduce((sum, name) => sum + minute[name], 0);
  const parts = barHeights(minute, top, height);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the mail log has the same by keyboard
    <g className="bar" onClick={total > 0 ? props.onOpen : undefined}>
      <title>{overview.minute(clockTime(minute.minute), total)}</title>
      <rect x={x} y={0} width={10} height={height} className="bar-space" />
      {parts.map(({ name, y, h }: { name: VerdictName; y: number; h: number }) => (
        <rect key={name} x={x + 1.5} y={y} width={7} height={h} className="bar-part" data-verdict={name} />
      ))}
    </g>
  );
}
