import { Skeleton } from "@mantine/core";
import { type ComponentProps, lazy, Suspense } from "react";

const Editor = lazy(() => import("./json_editor"));

export function LazyJson(props: ComponentProps<typeof Editor>) {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? "420px"} />}>
      <Editor {...props} />
    </Suspense>
  );
}
