import { describe, expect, it } from "vitest";
import { diffLines, equalJson, shownValue } from "./json_diff";

describe("the difference of two JSON values", () => {
  it("is nothing when only the order of members differs", () => {
    expect(diffLines({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([]);
  });

  it("names the path of what changed", () => {
    expect(diffLines({ then: { queue: "a" }, stop: true }, { then: { queue: "b" }, stop: true })).toEqual([
      { path: "then.queue", kind: "changed", before: "a", after: "b" },
    ]);
  });

  it("shows entries of a list as come and gone, not as shifted places", () => {
    expect(diffLines({ entries: ["a", "b", "c"] }, { entries: ["b", "c", "d"] })).toEqual([
      { path: "entries", kind: "removed", before: "a" },
      { path: "entries", kind: "added", after: "d" },
    ]);
  });

  it("a mere reordering of entries is still a change", () => {
    expect(diffLines(["a", "b"], ["b", "a"])).toHaveLength(1);
  });

  it("something new shows each of its members", () => {
    expect(diffLines(null, { role: "admin" })).toEqual([{ path: "role", kind: "added", after: "admin" }]);
    expect(diffLines({ role: "admin" }, null)).toEqual([{ path: "role", kind: "removed", before: "admin" }]);
  });

  it("false, null and a missing member are three things", () => {
    expect(equalJson({ a: null }, {})).toBe(false);
    expect(equalJson(false, null)).toBe(false);
    expect(diffLines({ on: false }, { on: true })).toEqual([
      { path: "on", kind: "changed", before: false, after: true },
    ]);
  });

  it("an empty text can be seen", () => {
    expect(shownValue("")).toBe('""');
    expect(shownValue({ a: [1] })).toBe('{ "a": [ 1 ] }');
  });
});
