import { useMemo } from "react";
import type { Schemas } from "../../api/client";
import { count } from "../../lib/format";
import { Name } from "../../ui/Name";
import { Scroller } from "../../ui/Scroller";
import { Card } from "./Card";
import { ColumnsTable } from "./ColumnsTable";
import { partsOf, type List, type ProfileParts } from "./profile";

/** What is in the file, as far as it is known. */
export function ProfileCard({ profile }: { profile: Schemas["ProfileView"] }) {
  const parts = useMemo(() => partsOf(profile), [profile]);
  return (
    <Card title="Content" beside={parts.rows === undefined ? undefined : `${count(parts.rows)} rows`}>
      <Parts parts={parts} />
    </Card>
  );
}

function Parts({ parts }: { parts: ProfileParts }) {
  return (
    <>
      {parts.facts.length > 0 && (
        <dl className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-6 gap-y-3 px-4 py-4 sm:px-5">
          {parts.facts.map(({ label, value }) => (
            <div key={label} className="min-w-0">
              <dt className="text-sm text-muted">{label}</dt>
              <dd className="line-clamp-3">
                <Name>{value}</Name>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {parts.columns.length > 0 && <ColumnsTable parts={parts} />}
      {parts.lists.map((list) => (
        <ListTable key={list.label} list={list} />
      ))}
      {parts.inside.map(({ label, parts: inner }) => (
        <section key={label} className="border-t border-line" aria-label={label}>
          <h3 className="px-4 pt-4 font-medium sm:px-5">{label}</h3>
          <Parts parts={inner} />
        </section>
      ))}
      {parts.cut && (
        <p className="border-t border-line px-4 py-3 text-sm text-muted sm:px-5">
          Not everything that is known of the content fits on its record; the rest was left out.
        </p>
      )}
    </>
  );
}

function ListTable({ list }: { list: List }) {
  return (
    <details className="border-t border-line" open={list.rows.length <= 20}>
      <summary className="px-4 py-3 font-medium sm:px-5">
        {list.label} <span className="font-normal text-muted">({count(list.rows.length)})</span>
      </summary>
      <Scroller label={list.label} className="max-h-96 px-1 pb-2 sm:px-2">
        <table className="table">
          <thead className={list.heads.length === 0 ? "sr-only" : ""}>
            <tr>
              {list.heads.length === 0 ? (
                <th scope="col">{list.label}</th>
              ) : (
                list.heads.map((head, place) => (
                  <th key={head} scope="col" className={list.figures[place] === true ? "text-right!" : ""}>
                    {head}
                  </th>
                ))
              )}
            </tr>
          </thead>
          <tbody>
            {list.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, place) => (
                  <td key={place} className={list.figures[place] === true ? "figure" : "min-w-24"}>
                    <Name>{cell}</Name>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  );
}
