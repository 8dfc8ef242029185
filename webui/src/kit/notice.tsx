import type { ReactNode } from "react";

// A boxed remark in one of the state colours, with a heading.
export function Notice(props: {
  tone: "good" | "quarantine" | "reject" | "tag";
  title?: ReactNode;
  alert?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="notice" data-tone={props.tone} role={props.alert ? "alert" : undefined}>
      {props.title && <div className="notice-title">{props.title}</div>}
      {props.children && <div className="notice-text">{props.children}</div>}
    </div>
  );
}
