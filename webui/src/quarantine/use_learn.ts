// Quarantined mails learned as spam or ham, one after the other.
import { useState } from "react";
import { type LearnedClass, learnEach, learnItem, useLearningChanged } from "../api/learning";
import type { QuarantineItem } from "../api/types";
import { sayLearned } from "../learning/learn_words";
import { mailWords } from "../strings";

export interface Learning {
  learn: (items: QuarantineItem[], as: LearnedClass) => Promise<void>;
  progress: { through: number; of: number } | undefined; // while it lasts
}

export function useLearn(): Learning {
  const changed = useLearningChanged();
  const [progress, setProgress] = useState<Learning["progress"]>();

  async function learn(items: QuarantineItem[], as: LearnedClass) {
    if (items.length === 0 || progress) return;
    const of = items.length;
    setProgress({ through: 0, of });
    const result = await learnEach(
      items,
      (item) => learnItem(item.id, as),
      (item) => item.subject || mailWords.emptySubject,
      (through) => setProgress({ through, of }),
    );
    setProgress(undefined);
    sayLearned(result, as);
    await changed();
  }

  return { learn, progress };
}
