import { Link } from "@tanstack/react-router";
import type { Overview, VerdictName } from "../api/types";
import { count } from "../kit/numbers";
import { overview, verdicts } from "../strings";

const shown: VerdictName[] = ["deliver", "quarantine", "reject", "tempfail", "discard"];

// Today's mails by verdict; each number leads to its mails.
export function TodayNumbers({ today }: { today: Overview["today"] }) {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const from = midnight.toISOString();
  return (
    <section className="panel numbers" aria-label={overview.today}>
      <Link to="/mails" search={{ from } as never}>
        <strong>{count(today.mails ?? 0)}</strong>
        <span>
          {overview.mails} {overview.today.toLowerCase()}
        </span>
      </Link>
      {shown.map((verdict) => (
        <Link key={verdict} to="/mails" search={{ from, verdict } as never}>
          <strong>{count(today[verdict] ?? 0)}</strong>
          <span>
            <span className="swatch" data-verdict={verdict} />
            {verdicts[verdict]}
          </span>
        </Link>
      ))}
    </section>
  );
}
