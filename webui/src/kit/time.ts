// Times come as RFC 3339 UTC; people see their own zone, with UTC and the age one hover away.

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

function parsed(iso: string | null | undefined): Date | null {
  if (!iso) return null;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? null : date;
}

// "14:03:09" on the same day, "12 Nov 14:03" in the same year, "12 Nov 2024 14:03" before.
function clockOf(date: Date): string {
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

// Hours and minutes, whatever the day.
export function clockTime(iso: string | null | undefined): string {
  const date = parsed(iso);
  return date ? clockOf(date) : "–";
}

export function shortTime(iso: string | null | undefined, now: Date = new Date()): string {
  const date = parsed(iso);
  if (!date) return "–";
  const clock = clockOf(date);
  if (date.toDateString() === now.toDateString()) return `${clock}:${pad(date.getSeconds())}`;
  const month = date.toLocaleString("en-GB", { month: "short" });
  const day = `${date.getDate()} ${month}`;
  return date.getFullYear() === now.getFullYear()
    ? `${day} ${clock}`
    : `${day} ${date.getFullYear()} ${clock}`;
}

export function utcTime(iso: string | null | undefined): string {
  const date = parsed(iso);
  return date ? date.toISOString().replace("T", " ").replace("Z", " UTC") : "";
}

const steps: [number, string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

// The largest unit that fits: "3 min", "2 d", "0 s".
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  for (const [size, unit] of steps) {
    if (whole >= size) return `${Math.floor(whole / size)} ${unit}`;
  }
  return "0 s";
}

// "3 min ago", "in 2 h"; "just now" within two seconds.
export function relativeTime(iso: string | null | undefined, now: Date = new Date()): string {
  const date = parsed(iso);
  if (!date) return "never";
  const seconds = (now.getTime() - date.getTime()) / 1000;
  if (Math.abs(seconds) < 2) return "just now";
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

// How long ago, without "ago": "3 d".
export function ageText(iso: string, now: Date = new Date()): string {
  const date = parsed(iso);
  return date ? duration((now.getTime() - date.getTime()) / 1000) : "";
}

// Minutes and seconds left until `iso`: "9:41", never below "0:00".
export function countdown(iso: string, now: Date = new Date()): string {
  const left = Math.max(0, Math.round((new Date(iso).getTime() - now.getTime()) / 1000));
  return `${Math.floor(left / 60)}:${pad(left % 60)}`;
}

// The span that a range name means, as the RFC 3339 start of it; "" for everything.
export function rangeStart(range: string | undefined, now: Date = new Date()): string {
  const hours: Record<string, number> = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 };
  const span = range ? hours[range] : undefined;
  if (!span) return "";
  const start = new Date(now.getTime() - span * 3_600_000);
  start.setSeconds(0, 0);
  return start.toISOString();
}
