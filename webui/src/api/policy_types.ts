// The policy document and what the master says about it.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface PolicyList {
  kind: string;
  entries: string[];
  [key: string]: Json;
}

export interface Rule {
  id: string;
  name?: string;
  enabled?: boolean;
  direction?: string;
  nodes?: string[];
  when?: Json;
  then?: Json[];
  stop?: boolean;
  [key: string]: Json | undefined;
}

export interface PolicyDocument {
  lists?: Record<string, PolicyList>;
  rules?: Rule[];
  sections?: Record<string, JsonObject>;
  levels?: Json;
  [key: string]: unknown;
}

export interface Draft {
  document: PolicyDocument;
  base_revision: number;
  changed: boolean;
  changed_by: string | null;
  changed_at: string | null;
}

export interface PolicyChange {
  kind: "added" | "removed" | "changed" | "moved";
  what: "rule" | "list" | "section" | "level";
  id: string;
  name: string;
  before: unknown;
  after: unknown;
}

export interface PolicyDiff {
  from: number | string;
  to: number | string;
  changes: PolicyChange[];
}

export interface Revision {
  revision: number;
  digest: string;
  published: string;
  published_by: string;
  comment: string;
  rules: number;
}

export interface RevisionDocument extends Revision {
  document: PolicyDocument;
}

export interface Published {
  revision: number;
  digest: string;
  published: string;
}

export interface NodeProgress {
  node: string;
  node_id: string;
  state: "applied" | "waiting" | "refused" | "away";
  applied: number;
  reason: string | null;
  since: string | null;
}

export interface Progress {
  revision: number;
  nodes: NodeProgress[];
}

export interface CheckResult {
  ok: boolean;
  warnings: (string | { where?: string; what: string })[];
}

export interface Simulation {
  outcomes: {
    recipient: string;
    verdict: string;
    rule: string;
    reason: string;
    queue: string;
    code: number;
    text: string;
    changes: string[];
    copies?: string[]; // queues that keep a copy
    score?: number;
  }[];
  trace: Json;
  notes: string[];
  node?: string | null; // that tried the mail; null: the master
}
