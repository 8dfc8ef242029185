// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { MinuteRate } from "../api/types";
import { chipState } from "../frame/cluster_chip";
import { flowState } from "./flow";
import { barHeights, chartTop } from "./stack";

const minute = (some: Partial<MinuteRate> = {}): MinuteRate => ({
  minute: "2026-11-21T14:03:00Z",
  deliver: 0,
  quarantine: 0,
  reject: 0,
  tempfail: 0,
  discard: 0,
  ...some,
});

describe("the chart", () => {
  it("has a zero-based scale that holds the highest bar", () => {
    expect(chartTop([])).toBe(4);
    expect(chartTop([minute({ deliver: 7, reject: 4 })])).toBe(20);
    expect(chartTop([minute({ deliver: 200 })])).toBe(200);
    expect(chartTop([minute({ deliver: 201 })])).toBe(500);
  });

  it("stacks from the ground and never hides a single mail", () => {
    const parts = barHeights(minute({ deliver: 99, quarantine: 1 }), 100, 140);
    expect(parts.map((part) => part.name)).toEqual(["deliver", "quarantine"]);
    expect(parts[0]?.y).toBeCloseTo(140 - 138.6);
    expect(barHeights(minute({ reject: 1 }), 5000, 140)[0]?.h).toBe(1.5);
  });
});

describe("the sentence about the flow", () => {
  const nodes = { total: 3, up: 2, late: 0, down: 1, paused: 0 };
  it("counts the fuller of the last two minutes, as the newest has only begun", () => {
    const rates = { per_minute: [minute({ deliver: 40 }), minute({ deliver: 1 })] };
    expect(flowState({ rates, nodes }).text).toBe(
      "Mail is flowing: 40 mails in the last minute, 2 of 3 nodes up.",
    );
  });
  it("says plainly that nothing is filtered when no node is up", () => {
    expect(flowState({ rates: { per_minute: [] }, nodes: { ...nodes, up: 0 } }).tone).toBe("red");
  });
});

describe("the chip", () => {
  const policy = { revision: 42, published: null, applied: 12, of: 12, refused: [], draft_changes: 0 };
  it("is calm when every node runs the revision", () => {
    expect(chipState(policy, [])).toMatchObject({ text: "rev 42 · 12/12 nodes", tone: "calm" });
  });
  it("turns amber and leads to the node that lags", () => {
    const problem = {
      severity: "error" as const,
      code: "node.down",
      text: "",
      link: "/nodes/n-7",
      since: null,
    };
    expect(chipState({ ...policy, applied: 11 }, [problem])).toMatchObject({ tone: "amber", node: "n-7" });
    const refused = [{ node: "mx3", reason: "too old" }];
    expect(chipState({ ...policy, applied: 11, refused }, [])).toMatchObject({ tone: "amber", node: "mx3" });
  });
});
