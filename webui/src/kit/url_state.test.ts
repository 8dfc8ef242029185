import { describe, expect, it } from "vitest";
import { keepKnown, parseSearch, stringifySearch, withFilter } from "./url_state";

describe("filters in the address", () => {
  it("stay plain text, whatever they look like", () => {
    const search = { q: "123", subject: '"true"', sender: "@a.example", empty: "" };
    const text = stringifySearch(search);
    expect(text).toBe("?q=123&subject=%22true%22&sender=%40a.example");
    expect(parseSearch(text)).toEqual({ q: "123", subject: '"true"', sender: "@a.example" });
  });

  it("an empty search is no question mark", () => {
    expect(stringifySearch({ q: "", node: undefined, enroll: false })).toBe("");
  });

  it("a changed filter starts again at the first page and keeps the others", () => {
    const search = { q: "a", verdict: "reject", cursor: "xyz", page: "3" };
    expect(withFilter(search, { verdict: "deliver" })).toEqual({ q: "a", verdict: "deliver" });
    expect(withFilter(search, { q: undefined })).toEqual({ verdict: "reject" });
  });

  it("names that a page does not know are left out", () => {
    expect(keepKnown({ q: "a", evil: "x", node: 7 }, ["q", "node"])).toEqual({ q: "a", node: "7" });
  });
});
