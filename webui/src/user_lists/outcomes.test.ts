import { expect, test } from "vitest";
import type { ListOutcome, ListResult } from "../api/user_lists";
import { countOutcomes, linesOf } from "./outcomes";

const result = (outcome: ListOutcome): ListResult => ({
  line: 1,
  owner: "a@b.example",
  kind: "allow",
  sender: "@c.example",
  ok: outcome !== "refused",
  outcome,
  detail: "",
});

test("outcomes are counted in their order, those that did not happen are not named", () => {
  expect(countOutcomes(["refused", "added", "added"].map((one) => result(one as ListOutcome)))).toEqual([
    ["added", 2],
    ["refused", 1],
  ]);
  expect(countOutcomes([])).toEqual([]);
});

test("empty lines and comments are no entries", () => {
  expect(linesOf("# mine\n\na@b.example allow c@d.example\r\n  \n@b.example,block,@x.example")).toBe(2);
  expect(linesOf("")).toBe(0);
});
