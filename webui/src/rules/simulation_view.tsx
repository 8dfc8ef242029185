import { Text } from "@mantine/core";
import type { Simulation } from "../api/policy_types";
import { Icon } from "../kit/icons";
import { Notice } from "../kit/notice";
import { Facts } from "../kit/page";
import { Verdict } from "../kit/verdict";
import { rules } from "../strings";
import type { Trace, TraceCondition, TraceRecipient, TraceRule } from "./trace";

const words = rules.simulate;

export function SimulationView({ result }: { result: Simulation }) {
  const trace = (result.trace ?? {}) as unknown as Trace;
  const notes = [...new Set([...result.notes, ...(trace.notes ?? [])])];
  return (
    <section aria-label={words.outcome} className="simulation">
      <h2 className="panel-title">
        {words.outcome} {result.node && <span className="quiet">{words.triedOn(result.node)}</span>}
      </h2>
      {result.outcomes.map((outcome) => (
        <div key={outcome.recipient} className="panel pad-12" role="status">
          <div className="card-line">
            <span>{words.forRecipient(outcome.recipient)}</span>
            <Verdict verdict={outcome.verdict} />
          </div>
          <Facts rows={outcomeRows(outcome)} />
        </div>
      ))}
      {notes.length > 0 && (
        <Notice tone="tag" title={words.notes}>
          {notes.map((note) => (
            <Text key={note} c="var(--w-text)">
              {note}
            </Text>
          ))}
        </Notice>
      )}
      {trace.recipients && trace.recipients.length > 0 && (
        <>
          <h2 className="panel-title">{words.trace}</h2>
          {trace.recipients.map((recipient) => (
            <RecipientTrace key={recipient.recipient} recipient={recipient} />
          ))}
        </>
      )}
    </section>
  );
}

function outcomeRows(outcome: Simulation["outcomes"][number]): [string, string][] {
  const facts: [string, string][] = [[words.facts.rule, outcome.rule || words.noRule]];
  if (outcome.reason) facts.push([words.facts.reason, outcome.reason]);
  if (outcome.queue) facts.push([words.facts.queue, outcome.queue]);
  if (outcome.code) facts.push([words.facts.reply, `${outcome.code} ${outcome.text}`]);
  if (outcome.score) facts.push([words.facts.score, String(outcome.score)]);
  if (outcome.copies && outcome.copies.length > 0)
    facts.push([words.facts.copies, outcome.copies.join(", ")]);
  if (outcome.changes.length > 0) facts.push([words.changes, outcome.changes.map(String).join("; ")]);
  return facts;
}

function RecipientTrace({ recipient }: { recipient: TraceRecipient }) {
  if (recipient.same_as) {
    return (
      <p className="quiet">
        {words.forRecipient(recipient.recipient)}: {words.sameAs(recipient.same_as)}
      </p>
    );
  }
  return (
    <div>
      <Text fw={600}>{words.forRecipient(recipient.recipient)}</Text>
      {recipient.remarks && recipient.remarks.length > 0 && (
        <ul className="trace-remarks">
          {recipient.remarks.map((remark, index) => (
            <li key={`r-${index + 1}`}>{remark}</li>
          ))}
        </ul>
      )}
      <ol className="trace-rules">
        {(recipient.rules ?? []).map((rule) => (
          <RuleTrace key={rule.rule} rule={rule} />
        ))}
      </ol>
    </div>
  );
}

function Mark({ matched }: { matched: boolean | null }) {
  const word = matched === null ? words.notAsked : matched ? words.matched : words.notMatched;
  return (
    <span className="trace-mark" data-matched={String(matched)}>
      <Icon name={matched ? "check" : matched === null ? "more" : "close"} size={15} />
      <span className="only-read">{word}</span>
    </span>
  );
}

function RuleTrace({ rule }: { rule: TraceRule }) {
  return (
    <li>
      <details open={rule.matched === true}>
        <summary>
          <Mark matched={rule.skipped ? null : rule.matched} />
          <strong>{rule.name}</strong> <span className="mono quiet">{rule.rule}</span>
          <span className="quiet">{rule.skipped ?? (rule.matched ? words.matched : words.notMatched)}</span>
        </summary>
        {rule.condition && (
          <ul className="trace-conditions">
            <ConditionTrace condition={rule.condition} />
          </ul>
        )}
      </details>
    </li>
  );
}

function ConditionTrace({ condition }: { condition: TraceCondition }) {
  const inside = condition.all ?? condition.any ?? (condition.not ? [condition.not] : []);
  const title = condition.all
    ? rules.editor.all
    : condition.any
      ? rules.editor.any
      : condition.not
        ? rules.editor.not
        : (condition.test ?? "");
  return (
    <li>
      <Mark matched={condition.matched} />
      <span>
        {title}
        {condition.value !== undefined && (
          <span className="trace-value">
            {" "}
            {words.found} <mark>{condition.value}</mark>
            {condition.entry && condition.entry !== condition.value && (
              <>
                {" "}
                {words.fits} <mark>{condition.entry}</mark>
              </>
            )}
          </span>
        )}
        {condition.unknown && <span className="quiet"> {condition.unknown}</span>}
      </span>
      {inside.length > 0 && (
        <ul>
          {inside.map((child, index) => (
            <ConditionTrace key={`c-${index + 1}`} condition={child} />
          ))}
        </ul>
      )}
    </li>
  );
}
