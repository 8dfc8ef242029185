import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { app } from "../strings";

// One thing opened beside its table; closing it goes back to the address without it.
export function SideDrawer(props: {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  size?: number | string;
  children: ReactNode;
}) {
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? 560}
      closeButtonProps={{ "aria-label": app.close }}
      overlayProps={{ backgroundOpacity: 0.25 }}
      styles={{
        title: { fontWeight: 600, fontSize: 16, overflowWrap: "anywhere" },
        content: { maxWidth: "100vw" },
      }}
    >
      {props.opened && props.children}
    </Drawer>
  );
}
