// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { may, opens } from "../api/session";
import { tokenFromFragment } from "../login/first_login";
import { groupsFromText } from "./groups";
import { clockText, lagOf, refusalOf } from "./node_words";

it("a refusal is explained while it is about what is published", () => {
  const refused = { revision: 5, reason: "/rules: 12 rules, and this node allows 11" };
  expect(refusalOf({ applied_revision: 4, refused }, 5)).toBe(refused.reason);
  expect(refusalOf({ applied_revision: 4, refused }, 6)).toBe("");
  expect(refusalOf({ applied_revision: 5, refused: null }, 5)).toBe("");
});

it("a node's lag is named: behind, refused, never had one", () => {
  expect(lagOf({ applied_revision: 5, refused: null }, 5).kind).toBe("none");
  expect(lagOf({ applied_revision: 3, refused: null }, 5)).toEqual({ kind: "behind", text: "2 behind" });
  expect(lagOf({ applied_revision: 0, refused: null }, 5).kind).toBe("unset");
  expect(lagOf({ applied_revision: 4, refused: { revision: 5, reason: "" } }, 5).kind).toBe("refused");
  expect(lagOf({ applied_revision: 6, refused: { revision: 5, reason: "" } }, 6).kind).toBe("none");
});

it("a clock that is far off says what to do", () => {
  expect(clockText(-12)).toBe("12 ms off");
  expect(clockText(3100)).toContain("set the node's clock");
});

it("groups are split at commas and spaces, each once", () => {
  expect(groupsFromText("paris, edge paris")).toEqual(["paris", "edge"]);
  expect(groupsFromText(" ")).toEqual([]);
});

it("each role may do its own and no more", () => {
  expect(may("quarantine", "quarantine")).toBe(true);
  expect(may("quarantine", "policy")).toBe(false);
  expect(may("auditor", "quarantine")).toBe(false);
  expect(may("operator", "users")).toBe(false);
  expect(opens("auditor", "users")).toBe(true);
  expect(opens("quarantine", "rules")).toBe(false);
  expect(may(undefined, "nodes")).toBe(false);
});

it("the one-time token comes from the fragment", () => {
  expect(tokenFromFragment("#token=abc.def-1")).toBe("abc.def-1");
  expect(tokenFromFragment("")).toBe("");
});
