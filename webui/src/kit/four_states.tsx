// What stands where rows would be: skeleton, error with a retry, no match with a way out, empty with what to do.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { app } from "../strings";
import { Blank, Failed } from "./states";

export interface TableStates {
  error: unknown;
  retry: () => void;
  filtered?: boolean;
  clear?: () => void;
  empty: { title: string; text?: ReactNode; action?: ReactNode };
  noMatch?: string;
}

export function FourStates(props: { states: TableStates; rows: unknown[] | undefined; skeleton: ReactNode }) {
  const { states, rows, skeleton } = props;
  if (!rows) return states.error ? <Failed error={states.error} retry={states.retry} /> : skeleton;
  if (!states.filtered) {
    return (
      <Blank title={states.empty.title} text={states.empty.text}>
        {states.empty.action}
      </Blank>
    );
  }
  return (
    <Blank title={states.noMatch ?? ""}>
      {states.clear && (
        <Button variant="default" mt={8} onClick={states.clear}>
          {app.clearFilter}
        </Button>
      )}
    </Blank>
  );
}
