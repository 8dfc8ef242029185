// Short notices in the corner: what was done, or what failed and why.
import { notifications } from "@mantine/notifications";
import { app } from "../strings";
import { problemText } from "./states";

export function said(message: string): void {
  notifications.show({
    message,
    color: "weir",
    autoClose: 5000,
    closeButtonProps: { "aria-label": app.close },
  });
}

export function failed(title: string, error: unknown): void {
  notifications.show({
    title,
    message: problemText(error),
    color: "red",
    autoClose: 12_000,
    closeButtonProps: { "aria-label": app.close },
  });
}
