import type { MinuteRate, VerdictName } from "../api/types";

// From the ground up: what is common below, what needs a look on top.
export const order: VerdictName[] = ["deliver", "discard", "tempfail", "reject", "quarantine"];

function total(minute: MinuteRate): number {
  return order.reduce((sum, name) => sum + minute[name], 0);
}

// The top of a zero-based axis: the smallest of 4, 10, 20, 50, 100, … that holds every bar.
export function chartTop(minutes: MinuteRate[]): number {
  const most = Math.max(0, ...minutes.map(total));
  if (most <= 4) return 4;
  for (let scale = 1; ; scale *= 10) {
    for (const step of [1, 2, 5]) {
      if (step * scale >= most && step * scale >= 10) return step * scale;
    }
  }
}

// The stacked parts of one bar, empty ones left out; a part that is there is never thinner than 1.5.
export function barHeights(minute: MinuteRate, top: number, height: number) {
  const parts: { name: VerdictName; y: number; h: number }[] = [];
  let ground = height;
  for (const name of order) {
    if (minute[name] <= 0) continue;
    const h = Math.max(1.5, (minute[name] / top) * height);
    ground -= h;
    parts.push({ name, y: ground, h });
  }
  return parts;
}
