// The trace of a simulation, as the master's evaluator writes it (common/policy/policy_trace.h).
export interface TraceCondition {
  all?: TraceCondition[];
  any?: TraceCondition[];
  not?: TraceCondition;
  test?: string;
  matched: boolean | null;
  value?: string;
  entry?: string;
  unknown?: string;
}

export interface TraceRule {
  rule: string;
  name: string;
  matched: boolean | null;
  skipped?: string;
  condition?: TraceCondition;
}

export interface TraceRecipient {
  recipient: string;
  same_as?: string;
  verdict?: string;
  rule?: string;
  score?: number;
  remarks?: string[];
  rules?: TraceRule[];
}

export interface Trace {
  recipients?: TraceRecipient[];
  notes?: string[];
}

// A matched rule stays open to the eye; of the others only what was tested is of interest on demand.
export function decisive(rules: TraceRule[]): TraceRule[] {
  return rules.filter((rule) => rule.matched === true);
}
