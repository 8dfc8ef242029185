import { Button, Paper } from "@mantine/core";
import type { LearnedClass } from "../api/learning";
import { learning, quarantine } from "../strings";

// Appears once something is selected; its buttons say the verb and the count.
export function BulkBar(props: {
  n: number;
  onRelease: () => void;
  onDelete: () => void;
  onLearn: (as: LearnedClass) => void;
  progress: { through: number; of: number } | undefined; // of learning
  onClear: () => void;
}) {
  if (props.n === 0) return null;
  return (
    <Paper className="bulk-bar" role="toolbar" aria-label={quarantine.selected(props.n)} shadow="lg">
      <strong>{quarantine.selected(props.n)}</strong>
      <Button size="xs" onClick={props.onRelease}>
        {quarantine.releaseVerb(props.n)}
      </Button>
      <Button size="xs" variant="default" onClick={props.onDelete}>
        {quarantine.deleteVerb(props.n)}
      </Button>
      {(["spam", "ham"] as const).map((as) => (
        <Button
          key={as}
          size="xs"
          variant="default"
          disabled={props.progress !== undefined}
          onClick={() => props.onLearn(as)}
        >
          {learning.learnMany(props.n, as)}
        </Button>
      ))}
      {props.progress && (
        <span role="status">{learning.progress(props.progress.through, props.progress.of)}</span>
      )}
      <Button size="xs" variant="subtle" onClick={props.onClear}>
        {quarantine.clearSelection}
      </Button>
    </Paper>
  );
}
