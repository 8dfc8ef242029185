import { Button, Paper } from "@mantine/core";
import { quarantine } from "../strings";

// Appears once something is selected; its buttons say the verb and the count.
export function BulkBar(props: {
  n: number;
  onRelease: () => void;
  onDelete: () => void;
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
      <Button size="xs" variant="subtle" onClick={props.onClear}>
        {quarantine.clearSelection}
      </Button>
    </Paper>
  );
}
