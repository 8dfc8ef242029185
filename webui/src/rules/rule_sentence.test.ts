import { describe, expect, it } from "vitest";
import type { Rule } from "../api/policy_types";
import { ruleSentence, sentenceText } from "./rule_sentence";
import { testSchema } from "./test_schema";

const said = (rule: Partial<Rule>) => sentenceText(ruleSentence({ id: "r", ...rule } as Rule, testSchema));

describe("a rule in words", () => {
  it("names lists, values, and what happens", () => {
    expect(
      said({
        direction: "inbound",
        when: {
          all: [
            { "attachment.name": { matches: "@risky-files" } },
            { not: { sender: { in: ["@partner.example", "ceo@x.example"] } } },
          ],
        },
        then: [{ quarantine: { queue: "attachments" } }, { "tag-subject": { text: "[held]" } }],
        stop: true,
      }),
    ).toBe(
      "Inbound mail when attachment name matches the list risky-files and not sender is in @partner.example, ceo@x.example: hold in the queue attachments, put [held] before the subject; then stop",
    );
  });

  it("brackets a group inside another", () => {
    expect(
      said({
        when: {
          any: [{ tls: { is: false } }, { all: [{ size: { greater: "25M" } }, { helo: { exists: false } }] }],
        },
        then: [{ reject: { code: 550, text: "No" } }],
      }),
    ).toBe(
      "Every mail when TLS is false or (size is greater than 25M and there is no HELO name): reject with “No”",
    );
  });

  it("says that a rule without a condition holds for every mail", () => {
    expect(said({ then: [{ deliver: {} }] })).toBe("Every mail: deliver");
  });

  it("shortens long entries, names headers, nodes and ranges", () => {
    expect(
      said({
        nodes: ["group:paris"],
        when: { "header:List-Id": { contains: ["a", "b", "c", "d", "e"] }, size: { between: [1, "2M"] } },
        then: [{ discard: {} }],
      }),
    ).toBe(
      "Every mail on group:paris when header List-Id contains a, b, c and 2 more and size is between 1 and 2M: discard without a word",
    );
  });

  it("does not fail on what it cannot read", () => {
    expect(said({ when: ["x"], then: [{ notify: { to: "a@b" } }] })).toBe(
      "Every mail when its condition holds (see the JSON): notify a@b",
    );
    expect(said({ then: [] })).toBe("Every mail: nothing happens");
  });
});
