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

  it("says counts, times and what the newer actions do", () => {
    expect(
      said({
        when: {
          all: [
            { body: { count: { of: "@cards", at_least: 3, at_most: 9 } } },
            { time: { within: { days: ["sat", "sun"], from: "08:00", zone: "Europe/Paris" } } },
          ],
        },
        then: [
          { strip: { queue: "attachments" } },
          { "rate-limit": { rate: "few", then: "reject" } },
          { notify: { to: "administrator", notice: "held" } },
          { alert: { text: "look" } },
        ],
      }),
    ).toBe(
      "Every mail when body count the list cards at least 3 times and at most 9 and time within sat, sun, from 08:00 to 24:00 (Europe/Paris): strip what matched, the mail as received kept in attachments, reject what is over the rate few, write to the administrator the notice held, raise the alert “look”",
    );
  });

  it("does not fail on what it cannot read", () => {
    expect(said({ when: ["x"], then: [{ notify: { to: "a@b" } }] })).toBe(
      "Every mail when its condition holds (see the JSON): write to a@b",
    );
    expect(said({ then: [] })).toBe("Every mail: nothing happens");
  });
});
