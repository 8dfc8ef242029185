import { describe, expect, it } from "vitest";
import type { Json } from "../api/policy_types";
import { conditionFromJson, conditionToJson, entriesFromText, operandFor } from "./condition_form";
import { findField } from "./schema";
import { testSchema } from "./test_schema";

function roundTrip(when: Json): Json | undefined {
  const form = conditionFromJson(when);
  if (!form) throw new Error("the form cannot show it");
  return conditionToJson(form);
}

describe("form and JSON", () => {
  const written: Json[] = [
    { sender: { is: "a@b.example" } },
    { not: { sender: { in: "@partners" } } },
    { "header:List-Id": { exists: true } },
    {
      all: [
        { sender: { in: ["@a.example"] } },
        { any: [{ tls: { is: true } }, { size: { between: [1, "2M"] } }] },
      ],
    },
    { not: { any: [{ tls: { exists: true } }, { not: { helo: { regex: "^x" } } }] } },
  ];

  it.each(written.map((when) => [JSON.stringify(when), when] as const))(
    "%s comes back as it was",
    (_, when) => {
      expect(roundTrip(when)).toEqual(when);
    },
  );

  it("several members are an all, and mean the same afterwards", () => {
    expect(roundTrip({ sender: { is: "a@b" }, tls: { is: true } })).toEqual({
      all: [{ sender: { is: "a@b" } }, { tls: { is: true } }],
    });
    expect(roundTrip({ size: { greater: 1, less: 9 } })).toEqual({
      all: [{ size: { greater: 1 } }, { size: { less: 9 } }],
    });
  });

  it("not twice is kept, not lost", () => {
    expect(roundTrip({ not: { not: { tls: { is: true } } } })).toEqual({
      not: { all: [{ not: { tls: { is: true } } }] },
    });
  });

  it("no condition is none", () => {
    const form = conditionFromJson(undefined);
    expect(form && conditionToJson(form)).toBeUndefined();
  });

  it("what the form cannot show is left to the JSON", () => {
    expect(conditionFromJson("sender")).toBeNull();
    expect(conditionFromJson({ all: "x" })).toBeNull();
    expect(conditionFromJson({ sender: "a" })).toBeNull();
  });
});

describe("operands", () => {
  const sender = findField(testSchema, "sender");
  const size = findField(testSchema, "size");
  const tls = findField(testSchema, "tls");
  if (!sender || !size || !tls) throw new Error("schema");

  it("keep what was typed where it can stay", () => {
    expect(operandFor(sender, "in", "a@b")).toEqual(["a@b"]);
    expect(operandFor(sender, "is", ["a@b", "c@d"])).toBe("a@b");
    expect(operandFor(sender, "is", "@partners")).toBe("");
  });

  it("fit the operator", () => {
    expect(operandFor(sender, "exists", "x")).toBe(true);
    expect(operandFor(size, "between", 5)).toEqual([5, 0]);
    expect(operandFor(size, "greater", undefined)).toBe("1M");
    expect(operandFor(tls, "is", undefined)).toBe(true);
  });

  it("one entry a line, without the empty ones", () => {
    expect(entriesFromText(" *.exe \r\n\r\n*.js\n")).toEqual(["*.exe", "*.js"]);
  });
});
