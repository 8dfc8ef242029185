import { ApiProblem } from "../api/client";
import { Notice } from "../kit/notice";
import { problemText } from "../kit/states";
import { rules } from "../strings";

// What the master did not take, each with where; `prefix` is left away ("/rules/3").
export function PolicyProblems({ problem, prefix = "" }: { problem: unknown; prefix?: string }) {
  if (!problem) return null;
  const errors = problem instanceof ApiProblem ? problem.errors : [];
  return (
    <Notice tone="reject" alert title={rules.editor.problems}>
      {errors.length === 0 && <span style={{ color: "var(--w-text)" }}>{problemText(problem)}</span>}
      {errors.length > 0 && (
        <ul className="plain-list" style={{ color: "var(--w-text)" }}>
          {errors.map((error, index) => (
            <li key={`${error.where} ${index + 1}`}>
              {error.where && <span className="mono">{shortPlace(error.where, prefix)} </span>}
              {error.what}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

export function shortPlace(where: string, prefix: string): string {
  const rest =
    prefix && where.startsWith(`${prefix}/`) ? where.slice(prefix.length + 1) : where.replace(/^\//, "");
  return rest
    .split("/")
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"))
    .join(" › ");
}
