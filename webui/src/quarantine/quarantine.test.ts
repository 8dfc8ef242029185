// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { typedAddresses } from "./addresses";
import { neighbour } from "./neighbour";
import { releaseSteps } from "./release_steps";

const change = (state: string, actor: string | null = null) => ({ time: "", state, detail: "", actor });

describe("a release is shown as far as it has really come", () => {
  it("queued once someone asked, sent once the node says so", () => {
    expect(releaseSteps({ state: "stored", history: [change("stored")] })).toEqual([]);
    const asked = [change("stored"), change("releasing", "ann")];
    expect(releaseSteps({ state: "releasing", history: asked })).toEqual(["queued"]);
    expect(releaseSteps({ state: "releasing", history: [...asked, change("releasing")] })).toEqual([
      "queued",
      "sent",
    ]);
    const done = [...asked, change("releasing"), change("released")];
    expect(releaseSteps({ state: "released", history: done })).toEqual(["queued", "sent", "released"]);
  });

  it("a second try begins anew", () => {
    const history = [
      change("releasing", "ann"),
      change("releasing"),
      change("release-failed"),
      change("releasing", "ben"),
    ];
    expect(releaseSteps({ state: "releasing", history })).toEqual(["queued"]);
  });
});

describe("addresses typed for a release", () => {
  it("are split and checked one by one", () => {
    expect(typedAddresses("a@b.example, c@d.example;a@b.example\nno address")).toEqual({
      good: ["a@b.example", "c@d.example"],
      bad: ["no", "address"],
    });
    expect(typedAddresses("<a@b.example>").bad).toHaveLength(1);
  });
});

describe("j and k", () => {
  const rows = [{ id: "a" }, { id: "b" }];
  it("begin at the first and stop at the ends", () => {
    expect(neighbour(rows, undefined, 1)?.id).toBe("a");
    expect(neighbour(rows, "a", 1)?.id).toBe("b");
    expect(neighbour(rows, "b", 1)?.id).toBe("b");
    expect(neighbour(rows, "a", -1)?.id).toBe("a");
    expect(neighbour([], "a", 1)).toBeUndefined();
  });
});
