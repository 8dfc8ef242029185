import type { Rule } from "../api/policy_types";
import { ruleSentence, separator } from "./rule_sentence";
import type { PolicySchema } from "./schema";

export function SentenceView({ rule, schema }: { rule: Rule; schema: PolicySchema }) {
  let before = "";
  return (
    <span>
      {ruleSentence(rule, schema).map((part, index) => {
        const space = separator(before, part.text);
        before = part.text;
        return (
          <span key={`part-${index + 1}`}>
            {space}
            {part.strong ? <strong>{part.text}</strong> : part.text}
          </span>
        );
      })}
    </span>
  );
}
