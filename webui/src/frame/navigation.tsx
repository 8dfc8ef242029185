import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { overviewQuery } from "../api/overview";
import { opens, type Place } from "../api/session";
import type { Role } from "../api/types";
import { Icon } from "../kit/icons";
import { nav } from "../strings";

const entries: { place: Place; to: string }[] = [
  { place: "overview", to: "/" },
  { place: "mails", to: "/mails" },
  { place: "quarantine", to: "/quarantine" },
  { place: "alerts", to: "/alerts" },
  { place: "userLists", to: "/user-lists" },
  { place: "learning", to: "/learning" },
  { place: "dmarc", to: "/dmarc" },
  { place: "rules", to: "/rules" },
  { place: "nodes", to: "/nodes" },
  { place: "users", to: "/users" },
  { place: "audit", to: "/audit" },
  { place: "reference", to: "/reference" },
];

export function Navigation({ role }: { role: Role }) {
  const { data } = useQuery(overviewQuery);
  const problems = data?.problems.length ?? 0;
  const serious = data?.problems.some((problem) => problem.severity === "error");
  const alerts = data?.alerts.open ?? 0;
  const draft = data?.policy.draft_changes ?? 0;
  return (
    <nav aria-label={nav.label}>
      {entries
        .filter((entry) => opens(role, entry.place))
        .map(({ place, to }) => (
          <Link
            key={place}
            to={to}
            className="nav-link"
            activeOptions={{ exact: to === "/", includeSearch: false }}
          >
            <Icon name={place} />
            {nav[place]}
            {place === "overview" && problems > 0 && (
              <span
                className="nav-count"
                data-tone={serious ? "error" : undefined}
                title={nav.problems(problems)}
              >
                {problems}
                <span className="only-read">{nav.problems(problems)}</span>
              </span>
            )}
            {place === "alerts" && alerts > 0 && (
              <span className="nav-count" title={nav.openAlerts(alerts)}>
                {alerts}
                <span className="only-read">{nav.openAlerts(alerts)}</span>
              </span>
            )}
            {place === "rules" && draft > 0 && (
              <span className="nav-count" title={nav.draft(draft)}>
                {draft}
                <span className="only-read">{nav.draft(draft)}</span>
              </span>
            )}
          </Link>
        ))}
    </nav>
  );
}
