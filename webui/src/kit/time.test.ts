import { describe, expect, it } from "vitest";
import { clockTime, countdown, duration, rangeStart, relativeTime, shortTime, utcTime } from "./time";

const now = new Date(2026, 10, 21, 14, 3, 9);
const iso = (date: Date) => date.toISOString();

describe("times for people", () => {
  it("are as short as the day allows", () => {
    expect(shortTime(iso(new Date(2026, 10, 21, 9, 5, 7)), now)).toBe("09:05:07");
    expect(shortTime(iso(new Date(2026, 0, 2, 9, 5)), now)).toBe("2 Jan 09:05");
    expect(shortTime(iso(new Date(2024, 0, 2, 9, 5)), now)).toBe("2 Jan 2024 09:05");
    expect(clockTime(iso(new Date(2024, 0, 2, 9, 5, 7)))).toBe("09:05");
    expect(clockTime(null)).toBe("–");
    expect(shortTime(null, now)).toBe("–");
    expect(shortTime("no time", now)).toBe("–");
  });

  it("tell UTC to the millisecond", () => {
    expect(utcTime("2026-11-21T13:03:09.042Z")).toBe("2026-11-21 13:03:09.042 UTC");
  });

  it("say how long ago in the largest unit that fits", () => {
    expect(duration(59)).toBe("59 s");
    expect(duration(3599)).toBe("59 min");
    expect(duration(90_000)).toBe("1 d");
    expect(relativeTime(iso(new Date(now.getTime() - 180_000)), now)).toBe("3 min ago");
    expect(relativeTime(iso(new Date(now.getTime() + 7_200_000)), now)).toBe("in 2 h");
    expect(relativeTime(iso(now), now)).toBe("just now");
    expect(relativeTime(null, now)).toBe("never");
  });

  it("count down to zero and stay there", () => {
    expect(countdown(iso(new Date(now.getTime() + 581_000)), now)).toBe("9:41");
    expect(countdown(iso(new Date(now.getTime() - 5000)), now)).toBe("0:00");
  });

  it("ranges begin at a whole minute, so that the same range is the same request", () => {
    const start = rangeStart("24h", now);
    expect(new Date(start).getTime()).toBe(new Date(2026, 10, 20, 14, 3, 0).getTime());
    expect(rangeStart("", now)).toBe("");
    expect(rangeStart("3y", now)).toBe("");
  });
});
