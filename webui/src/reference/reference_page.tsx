// What may a rule say? Everything that this master's parser accepts, from its own tables.
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { schemaQuery } from "../api/policy";
import { SearchBox } from "../kit/filter_bar";
import { Facts, PageHead } from "../kit/page";
import { Blank, Failed, Lines } from "../kit/states";
import { useSearchState } from "../kit/use_search";
import { reference } from "../strings";
import { type Chapter, chapters, type Entry, found, type Part } from "./entries";
import "./reference.css";

const searchNames = ["q"] as const;

export function ReferencePage() {
  const { search, filter } = useSearchState(searchNames);
  const { data, error, refetch } = useQuery(schemaQuery);
  const hash = useLocation({ select: (location) => location.hash });
  const all = useMemo(() => (data ? chapters(data) : []), [data]);
  const shown = useMemo(() => found(all, search.q ?? ""), [all, search.q]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: again when the entries are there
  useEffect(() => {
    if (hash) document.getElementById(hash)?.scrollIntoView({ block: "start" });
  }, [hash, all.length]);
  const entries = shown.reduce((sum, chapter) => sum + chapter.entries.length, 0);

  return (
    <>
      <PageHead title={reference.title} text={reference.question} />
      <div className="panel">
        <search className="filters">
          <SearchBox
            label={reference.search}
            value={search.q}
            onChange={(q) => filter({ q }, Boolean(search.q))}
          />
          {search.q && (
            <span className="quiet" role="status">
              {reference.found(entries)}
            </span>
          )}
        </search>
        {!data && error && <Failed error={error} retry={() => void refetch()} />}
        {!data && !error && <Lines n={12} />}
        {data && entries === 0 && <Blank title={reference.noMatch} />}
        {entries > 0 && (
          <div className="reference">
            <Contents chapters={shown} q={search.q} />
            <div className="reference-text">
              {shown.map((chapter) => (
                <ChapterView key={chapter.id} chapter={chapter} q={search.q} />
              ))}
            </div>
          </div>
        )}
      </div>
    </>
  );
}

// A link to an entry keeps what was searched for.
function To({
  id,
  q,
  label,
  children,
}: {
  id: string;
  q?: string;
  label?: string;
  children: React.ReactNode;
}) {
  return (
    <Link to="/reference" search={(q ? { q } : {}) as never} hash={id} aria-label={label}>
      {children}
    </Link>
  );
}

function Contents({ chapters, q }: { chapters: Chapter[]; q?: string }) {
  return (
    <nav className="reference-contents" aria-label={reference.contents}>
      {chapters.map((chapter) => (
        <details key={chapter.id} open={Boolean(q)}>
          <summary>
            {chapter.title} <span className="quiet">{chapter.entries.length}</span>
          </summary>
          <ul>
            {chapter.entries.map((one) => (
              <li key={one.id}>
                <To id={one.id} q={q}>
                  {one.name}
                </To>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </nav>
  );
}

function ChapterView({ chapter, q }: { chapter: Chapter; q?: string }) {
  return (
    <section aria-labelledby={chapter.id}>
      <h2 id={chapter.id} className="reference-chapter">
        {chapter.title}
      </h2>
      <p className="quiet">{chapter.text}</p>
      {chapter.entries.map((one) => (
        <EntryView key={one.id} entry={one} q={q} />
      ))}
    </section>
  );
}

function EntryView({ entry, q }: { entry: Entry; q?: string }) {
  return (
    <article id={entry.id} className="reference-entry">
      <h3>
        <span className="mono">{entry.name}</span>
        {entry.label !== entry.name && <span className="reference-label">{entry.label}</span>}
        <span className="reference-anchor">
          <To id={entry.id} q={q} label={reference.linkTo(entry.name)}>
            #
          </To>
        </span>
      </h3>
      <p>{entry.help}</p>
      {entry.facts.length > 0 && <Facts rows={entry.facts} />}
      {entry.parts.length > 0 && <Parts parts={entry.parts} label={entry.name} />}
      {entry.example && (
        <p className="reference-example">
          <span className="quiet small">{reference.example}</span> <code>{entry.example}</code>
        </p>
      )}
    </article>
  );
}

function Parts({ parts, label }: { parts: Part[]; label: string }) {
  return (
    <dl className="reference-parts" aria-label={label}>
      {parts.map((part) => (
        <div key={part.name}>
          <dt>
            <span className="mono">{part.name}</span>
            <span className="quiet small">{part.kind}</span>
          </dt>
          <dd>
            {part.help}
            {part.fallback === reference.required ? (
              <span className="quiet small"> {reference.required}</span>
            ) : (
              part.fallback && (
                <span className="quiet small">
                  {" "}
                  {reference.fallback} <span className="mono">{part.fallback}</span>
                </span>
              )
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
