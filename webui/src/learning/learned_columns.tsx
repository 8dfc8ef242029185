import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { LearnedClass, LearnedMail } from "../api/learning";
import type { Column } from "../kit/data_table";
import { TimeText } from "../kit/time_text";
import { Pill } from "../kit/verdict";
import { learning, mailWords } from "../strings";

export function ClassPill({ as }: { as: LearnedClass }) {
  return <Pill tone={as === "spam" ? "reject" : "good"}>{learning.classes[as]}</Pill>;
}

function Subject({ mail }: { mail: LearnedMail }) {
  return (
    <strong className="clip" style={{ display: "block" }} title={mail.subject}>
      {mail.subject || mailWords.emptySubject}
    </strong>
  );
}

function Origin({ mail }: { mail: LearnedMail }) {
  if (!mail.item) return <span className="quiet">{learning.fromFile}</span>;
  return (
    <Link to="/quarantine" search={{ open: mail.item, state: "all" } as never} className="link">
      {learning.fromItem}
    </Link>
  );
}

function Forget({ mail, forget }: { mail: LearnedMail; forget: (mail: LearnedMail) => void }) {
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => forget(mail)}
      aria-label={learning.forgetLabel(mail.subject)}
    >
      {learning.forget}
    </Button>
  );
}

// `forget`: undefined for who may only look.
export function learnedColumns(forget: ((mail: LearnedMail) => void) | undefined): Column<LearnedMail>[] {
  const words = learning.columns;
  const columns: Column<LearnedMail>[] = [
    { id: "learned", header: words.learned, width: "130px", cell: (mail) => <TimeText at={mail.learned} /> },
    { id: "class", header: words.class, width: "90px", cell: (mail) => <ClassPill as={mail.class} /> },
    { id: "subject", header: words.subject, cell: (mail) => <Subject mail={mail} /> },
    { id: "by", header: words.by, width: "150px", cell: (mail) => mail.by },
    { id: "origin", header: words.origin, width: "140px", cell: (mail) => <Origin mail={mail} /> },
  ];
  if (forget)
    columns.push({
      id: "forget",
      header: "",
      label: words.forget,
      width: "110px",
      align: "right",
      cell: (mail) => <Forget mail={mail} forget={forget} />,
    });
  return columns;
}

export function LearnedCard(props: { mail: LearnedMail; forget: ((mail: LearnedMail) => void) | undefined }) {
  const { mail, forget } = props;
  return (
    <div>
      <div className="card-line">
        <Subject mail={mail} />
        <ClassPill as={mail.class} />
      </div>
      <div className="card-line quiet small">
        <span>
          {mail.by}, <TimeText at={mail.learned} />
        </span>
        <Origin mail={mail} />
      </div>
      {forget && (
        <div style={{ marginTop: 8 }}>
          <Forget mail={mail} forget={forget} />
        </div>
      )}
    </div>
  );
}
