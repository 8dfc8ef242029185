// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { type Learned, type LearnedClass, learnEach } from "../api/learning";
import { outcomeText, summaryText } from "./learn_words";

const mail = (as: LearnedClass) => ({
  sha256: "0".repeat(64),
  class: as,
  learned: "2026-11-22T10:00:00.000Z",
  by: "ann",
  subject: "Hello",
  item: null,
  tokens: 12,
});
const made = (outcome: Learned["outcome"], as: LearnedClass = "spam"): Learned => ({
  outcome,
  mail: mail(as),
  before: outcome === "moved" ? mail(as === "spam" ? "ham" : "spam") : null,
});

describe("what came of learning a mail is said plainly", () => {
  it("learned, known, moved with the class of before", () => {
    expect(outcomeText(made("learned"))).toContain("Learned as spam");
    expect(outcomeText(made("known", "ham"))).toContain("Known as ham already");
    expect(outcomeText(made("moved"))).toContain("from ham to spam");
  });

  it("several are summed up, and what did not happen is not mentioned", () => {
    const text = summaryText([made("learned"), made("learned"), made("known")], "spam");
    expect(text).toBe("2 mails learned as spam, 1 known as spam already.");
    expect(summaryText([made("moved")], "spam")).toBe(outcomeText(made("moved")));
  });
});

describe("mails are learned one after the other", () => {
  it("one that fails does not keep the others, and each step is told", async () => {
    const steps: number[] = [];
    const learn = async (name: string) => {
      if (name === "b") throw new Error("its node is away");
      return made("learned");
    };
    const result = await learnEach(
      ["a", "b", "c"],
      learn,
      (name) => name,
      (n) => steps.push(n),
    );
    expect(result.done).toHaveLength(2);
    expect(result.failed).toEqual([{ name: "b", error: new Error("its node is away") }]);
    expect(steps).toEqual([1, 2, 3]);
  });
});
