import { Link } from "@tanstack/react-router";
import { opens, useSession } from "../api/session";
import type { ClusterProblem } from "../api/types";
import { Icon } from "../kit/icons";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { overview } from "../strings";

export function ProblemList({ problems }: { problems: ClusterProblem[] }) {
  const opensNodes = opens(useSession()?.role, "nodes");
  if (problems.length === 0) {
    return (
      <p className="all-well">
        <Icon name="check" size={16} /> {overview.nothingWrong}
      </p>
    );
  }
  return (
    <section className="panel" aria-label={overview.problems}>
      <ul className="problem-list">
        {problems.map((problem) => (
          <li key={`${problem.code} ${problem.link} ${problem.text}`}>
            <Pill tone={problem.severity === "error" ? "reject" : "quarantine"}>
              {overview.severity[problem.severity] ?? problem.severity}
            </Pill>
            <span className="problem-text">
              {problem.text}
              {problem.since && (
                <span className="quiet small">
                  {" "}
                  {overview.since} <TimeText at={problem.since} />
                </span>
              )}
            </span>
            {problem.link.startsWith("/") && (opensNodes || !problem.link.startsWith("/nodes")) && (
              <Link
                to={problem.link as "/"}
                className="link"
                aria-label={`${overview.show}: ${problem.text}`}
              >
                {overview.show}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
