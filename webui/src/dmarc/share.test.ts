import { expect, test } from "vitest";
import { periodStart } from "../api/dmarc";
import { share, stateOf } from "./share";

test("a share is whole only where it is exact", () => {
  expect(share(0, 0)).toBe("–");
  expect(share(10, 10)).toBe("100 %");
  expect(share(0, 10)).toBe("0 %");
  expect(share(99_999, 100_000)).toBe("99.9 %");
  expect(share(1, 100_000)).toBe("0.1 %");
  expect(share(1, 3)).toBe("33.3 %");
});

test("the worst state of a report's addresses is the report's", () => {
  const report = (...states: string[]) => ({
    closed: "2026-01-01T00:00:00Z",
    destinations: states.map((state) => ({ state })),
  });
  expect(stateOf({ closed: null, destinations: [] })).toBe("open");
  expect(stateOf(report())).toBe("none");
  expect(stateOf(report("sent", "sent"))).toBe("sent");
  expect(stateOf(report("sent", "unsure"))).toBe("unsure");
  expect(stateOf(report("waiting", "failed", "unsure"))).toBe("failed");
});

test("a period starts at a whole hour, a foreign one after 30 days", () => {
  const now = new Date("2026-03-31T12:34:56Z");
  expect(periodStart("7d", now)).toBe("2026-03-24T12:00:00.000Z");
  expect(periodStart(undefined, now)).toBe(periodStart("30d", now));
  expect(periodStart("all", now)).toBe(periodStart("30d", now));
});
