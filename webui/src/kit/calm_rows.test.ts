import { expect, it } from "vitest";
import { freshCount } from "./calm_rows";

const row = (id: string) => ({ id });

it("only rows that were not there count as new", () => {
  expect(freshCount([row("b"), row("a")], [row("d"), row("c"), row("b")])).toBe(2);
  expect(freshCount(undefined, [row("a")])).toBe(0);
});
