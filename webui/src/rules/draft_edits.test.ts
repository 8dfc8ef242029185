import { describe, expect, it } from "vitest";
import type { PolicyDocument } from "../api/policy_types";
import * as edits from "./draft_edits";

const document: PolicyDocument = {
  lists: { partners: { kind: "address", entries: ["@a.example"] } },
  rules: [{ id: "one", when: { sender: { in: "@partners" } } }, { id: "two" }, { id: "three" }],
  sections: {},
};
const ids = (changed: PolicyDocument) => (changed.rules ?? []).map((rule) => rule.id);

describe("edits of the draft", () => {
  it("move a rule and leave the given document alone", () => {
    expect(ids(edits.moveRule(document, 0, 2))).toEqual(["two", "three", "one"]);
    expect(ids(edits.moveRule(document, 2, 0))).toEqual(["three", "one", "two"]);
    expect(ids(document)).toEqual(["one", "two", "three"]);
  });

  it("do not move past the ends", () => {
    expect(edits.moveRule(document, 0, -1)).toBe(document);
    expect(edits.moveRule(document, 2, 3)).toBe(document);
  });

  it("write down only what is not the default", () => {
    const off = edits.enableRule(document, 1, false);
    expect(off.rules?.[1]).toEqual({ id: "two", enabled: false });
    expect(edits.enableRule(off, 1, true).rules?.[1]).toEqual({ id: "two" });
  });

  it("find who uses a list, whole names only", () => {
    expect(edits.usersOfList(document, "partners")).toEqual(["one"]);
    expect(edits.usersOfList(document, "partner")).toEqual([]);
  });

  it("make ids from names that nobody has", () => {
    expect(edits.freshId("Hold risky Ätt.!", [])).toBe("hold-risky-att");
    expect(edits.freshId("two", ids(document))).toBe("two-2");
    expect(edits.freshId("", [])).toBe("rule");
  });

  it("a duplicate starts switched off", () => {
    const copy = edits.duplicateOf(document, { id: "two" });
    expect(copy).toEqual({ id: "two-2", enabled: false });
  });

  it("mark what is not published yet", () => {
    const changed = edits.enableRule(document, 1, false);
    expect(edits.ruleMark({ id: "two", enabled: false }, document)).toBe("changed");
    expect(edits.ruleMark({ id: "four" }, document)).toBe("new");
    expect(edits.ruleMark({ id: "one", when: { sender: { in: "@partners" } } }, changed)).toBeNull();
  });
});
