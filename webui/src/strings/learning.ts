// Texts: Learning.
import { count, some } from "../kit/numbers";

const classes = { spam: "spam", ham: "ham" } as const;
type Class = keyof typeof classes;

export const learning = {
  title: "Learning",
  question: "What does the cluster know of spam, and is it enough for scores?",
  classes,
  anyClass: "Spam and ham",
  onlyClass: { spam: "Only spam", ham: "Only ham" },
  learnAs: { spam: "Learn as spam", ham: "Learn as ham" },
  learnFiles: { spam: "Learn files as spam", ham: "Learn files as ham" },
  learnMany: (n: number, as: Class) => (n === 1 ? `Learn as ${as}` : `Learn ${count(n)} as ${as}`),
  filesHelp:
    "Files with one mail each, as received (.eml), of at most 32 MiB. A mailbox or a folder: weirctl learn.",
  tooLarge: "Mails of at most 32 MiB are learned.",
  progress: (through: number, of: number) => `${count(through)} of ${some(of, "mail", "mails")}`,
  outcome: {
    learned: (as: Class) => `Learned as ${as}. The nodes know it in a few seconds.`,
    known: (as: Class) => `Known as ${as} already: a mail counts once.`,
    moved: (as: Class, from: Class) => `Moved from ${from} to ${as}. What it counted before is taken back.`,
  },
  summary: (n: { learned: number; moved: number; known: number }, as: Class) =>
    [
      n.learned > 0 && `${some(n.learned, "mail", "mails")} learned as ${as}`,
      n.moved > 0 && `${count(n.moved)} moved to ${as}`,
      n.known > 0 && `${count(n.known)} known as ${as} already`,
    ]
      .filter(Boolean)
      .join(", "),
  notAll: (n: number, name: string, why: string) =>
    n === 1 ? `${name}: ${why}` : `${some(n, "mail", "mails")}, the first ${name}: ${why}`,
  failed: "Not learned",
  isLearned: (as: Class, by: string) => `Learned as ${as} by ${by},`,
  state: "What is known",
  mailsOf: { spam: "Spam", ham: "Ham (wanted mail)" },
  meter: (n: number, needed: number) =>
    n >= needed ? `${some(n, "mail", "mails")}` : `${count(n)} of ${some(needed, "mail", "mails")}`,
  scoring: "Scores are given",
  scoringText: "Rules can ask for bayes.score and fuzzy.score of each mail.",
  waiting: "bayes.score has no values yet",
  waitingText: (spam: number, ham: number, needed: number) =>
    `It begins with ${count(needed)} mails of each class. Missing: ${[
      spam > 0 && `${count(spam)} spam`,
      ham > 0 && `${count(ham)} ham`,
    ]
      .filter(Boolean)
      .join(" and ")}. fuzzy.score tells near copies from the first spam on.`,
  facts: {
    mails: "Mails",
    tokens: "Tokens",
    digests: "Fuzzy digests",
    changed: "Last change",
    model: "Model",
    nodes: "On the nodes",
  },
  ofAtMost: (n: number, most: number) => `${count(n)} of at most ${count(most)}`,
  beyond: {
    mails: "Beyond it the oldest mails are forgotten. A mail may have 32 MiB.",
    tokens: "Beyond it the rarest go, of those the oldest.",
    digests: "Beyond it the oldest go.",
  },
  never: "nothing was learned yet",
  onNodes: (have: number, of: number) => `${count(have)} of ${some(of, "node", "nodes")}`,
  notOn: (names: string[]) =>
    `Not yet on ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${count(names.length - 3)} more` : ""}.`,
  modelNone: "being written",
  modelOld: "the next one is being written",
  list: "Learned mails",
  search: "Subject",
  columns: {
    learned: "Learned",
    class: "As",
    subject: "Subject",
    by: "By",
    origin: "From",
    forget: "Forget",
  },
  fromFile: "a file",
  fromItem: "the quarantine",
  rowLabel: (mail: { subject: string; class: Class }) => `${mail.class}: ${mail.subject || "(no subject)"}`,
  forget: "Forget",
  forgetLabel: (subject: string) => `Forget ${subject || "(no subject)"}`,
  forgetTitle: "Forget this mail?",
  forgetEffect: (subject: string, as: Class) =>
    `What “${subject || "(no subject)"}” counts as ${as} is taken back. It can be learned again.`,
  forgotten: "Forgotten. The nodes know it in a few seconds.",
  notForgotten: "Not forgotten",
  emptyTitle: "Nothing was learned yet",
  emptyText:
    "Say of mails in the quarantine whether they are spam or ham, or learn files of mails that people kept: here, or with weirctl learn.",
  noMatch: "No learned mail matches this filter",
};
