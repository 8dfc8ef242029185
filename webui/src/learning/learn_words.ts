// What came of learning, in words.
import type { Learned, LearnedClass, LearnedMany } from "../api/learning";
import { failed, said } from "../kit/said";
import { problemText } from "../kit/states";
import { learning } from "../strings";

export function outcomeText({ outcome, mail, before }: Learned): string {
  if (outcome === "moved") return learning.outcome.moved(mail.class, before?.class ?? mail.class);
  return learning.outcome[outcome](mail.class);
}

export function summaryText(done: Learned[], as: LearnedClass): string {
  const [only] = done;
  if (only && done.length === 1) return outcomeText(only);
  const n = { learned: 0, moved: 0, known: 0 };
  for (const one of done) n[one.outcome] += 1;
  return `${learning.summary(n, as)}.`;
}

// In the corner: what was learned, and what was not with its first reason.
export function sayLearned({ done, failed: refused }: LearnedMany, as: LearnedClass): void {
  if (done.length > 0) said(summaryText(done, as));
  const [first] = refused;
  if (first)
    failed(learning.failed, new Error(learning.notAll(refused.length, first.name, problemText(first.error))));
}
