// The shapes of /api/v1 that the console reads. Fields it never looks at are left out.

export type Role = "admin" | "operator" | "quarantine" | "auditor";
export type VerdictName = "deliver" | "quarantine" | "reject" | "tempfail" | "discard";

export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface Session {
  user: string;
  role: Role;
  csrf: string;
  via: "session" | "token";
  version: string;
  cluster: { id: string; name: string };
}

export interface User {
  name: string;
  role: Role;
  created: string;
  last_login: string | null;
  locked: boolean;
}

export interface ApiToken {
  id: string;
  name: string;
  role: Role;
  created: string;
  expires: string;
  last_used: string | null;
  created_by: string;
  token?: string;
}

export interface AuditEntry {
  id: string;
  time: string;
  actor: string;
  via: string;
  address: string;
  action: string;
  object: string;
  before: unknown;
  after: unknown;
}

export type VerdictCounts = Record<VerdictName, number>;
export type MinuteRate = VerdictCounts & { minute: string };

export interface ClusterProblem {
  severity: "error" | "warning";
  code: string;
  text: string;
  link: string;
  since: string | null;
}

export interface Overview {
  time: string;
  rates: { per_minute: MinuteRate[] };
  today: VerdictCounts & { mails: number };
  recent: MailRow[];
  nodes: { total: number; up: number; late: number; down: number; paused: number };
  policy: {
    revision: number;
    published: string | null;
    applied: number;
    of: number;
    refused: { node: string; reason: string }[];
    draft_changes: number;
  };
  quarantine: { items: number; bytes: number; held_today: number };
  alerts: { open: number };
  problems: ClusterProblem[];
  database: { kind: string; available: boolean };
}

export interface MailRow {
  id: string;
  time: string;
  node: string;
  node_id: string;
  queue_id: string;
  direction: string;
  client_address: string;
  client_name: string;
  sender: string;
  recipients: string[];
  subject: string;
  size: number;
  verdict: VerdictName;
  rule: string;
  queue: string;
  revision: number;
  items: string[];
  superseded: boolean;
  in_doubt: boolean;
}

export interface MailOutcome {
  recipients: string[];
  verdict: VerdictName;
  rule: string;
  reason: string;
  queue: string;
  code: number;
  status: string;
  text: string;
  item?: string;
  rules?: string[];
  changes?: string[];
}

export interface StoryLine {
  time: string;
  text: string;
  node: string | null;
  actor: string | null;
}

export interface MailStory extends MailRow {
  helo: string;
  auth_user: string;
  tls_version: string;
  message_id: string;
  outcomes: MailOutcome[];
  viruses: string[];
  attachments: number;
  stages: Record<string, number>;
  fingerprint: string;
  story: StoryLine[];
}

export type ItemState = "stored" | "releasing" | "released" | "release-failed" | "deleted" | "expired";

export interface QuarantineItem {
  id: string;
  mail: string;
  received: string;
  node: string;
  node_id: string;
  queue_id: string;
  sender: string;
  recipients: string[];
  subject: string;
  size: number;
  rule: string;
  reason: string;
  queue: string;
  state: ItemState;
  copy: boolean;
  client_address: string;
  expires: string | null;
}

export interface ItemChange {
  time: string;
  state: string;
  detail: string;
  actor: string | null;
}

export interface QuarantineDetail extends QuarantineItem {
  sha256: string;
  version: number;
  detail: string;
  direction: string;
  history: ItemChange[];
  node_state: NodeState;
}

export interface Preview {
  headers: { name: string; value: string }[];
  text: string;
  html: string | null;
  attachments: { name: string; type: string; real_type: string; size: number }[];
  truncated: boolean;
}

export interface QueueSize {
  queue: string;
  items: number;
  bytes: number;
  declared: boolean; // by the published policy
  label: string;
  days: number; // that mail in it is kept
}

export interface Alert {
  id: string;
  rule: string;
  text: string;
  mails: number;
  first: string;
  last: string;
  nodes: string[];
  acknowledged: string | null;
  acknowledged_by: string | null;
}

export interface BulkResult {
  results: { id: string; ok: boolean; detail: string }[];
}

export type NodeState = "up" | "late" | "down" | "paused" | "never";

export interface NodeRow {
  id: string;
  name: string;
  groups: string[];
  state: NodeState;
  last_seen: string | null;
  since: string | null;
  version: string;
  capabilities: string[];
  address: string;
  applied_revision: number;
  refused: { revision: number; reason: string } | null;
  queue: { events: number; bytes: number; oldest: string | null };
  disk: { free: number; total: number; quarantine_bytes: number; quarantine_items: number };
  clock_skew_ms: number;
  last_event: string | null;
  gaps: number;
  not_recorded: number;
  folded: number;
  mails_minute: number;
  certificate_expires: string | null;
  health: { what: string; ok: boolean; detail: string }[];
  paused?: boolean;
}

export interface NodeDetail extends NodeRow {
  notices: { time: string; text: string }[];
}

export interface EnrollmentToken {
  id: string;
  created: string;
  created_by: string;
  expires: string;
  used_at: string | null;
  used_by_node: string | null;
}

export interface NewEnrollment {
  id: string;
  token: string;
  expires: string;
  command: string;
}
