import { Link } from "react-router";
import { bytesOf, filesOf, OUTCOMES, type Figures } from "../../charts/figures";
import { isDay } from "../../charts/periods";
import { periodLabel } from "../../charts/ticks";
import { bytes, count, duration } from "../../lib/format";
import { useNow } from "../../lib/now";
import { STATUS } from "../../lib/words";
import { Scroller } from "../../ui/Scroller";
import { filesIn } from "./places";

/** The figures of the charts, newest first, without the times in which nothing happened. */
export function PeriodTable({ figures }: { figures: Figures[] }) {
  const now = useNow();
  const rows = figures.filter((each) => filesOf(each) > 0).reverse();
  const first = figures[0];
  if (rows.length === 0) return <p className="py-10 text-center text-muted">Nothing ended in this time.</p>;
  return (
    <Scroller label="Activity by time" className="max-h-[34rem]">
      <table className="table">
        <caption className="sr-only">Files, bytes and durations, newest first</caption>
        <thead className="sticky top-0 bg-surface">
          <tr>
            <th scope="col">{first && isDay(first.period) ? "Day" : "Hour"}</th>
            {OUTCOMES.map((outcome) => (
              <th key={outcome} scope="col" className="figure">
                {STATUS[outcome].label}
              </th>
            ))}
            <th scope="col" className="figure">
              Size
            </th>
            <th scope="col" className="figure">
              p50
            </th>
            <th scope="col" className="figure">
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((each) => (
            <Row key={each.period.from} figures={each} now={now} />
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function Row({ figures, now }: { figures: Figures; now: number }) {
  const { period, files, p50, p95 } = figures;
  return (
    <tr>
      <th scope="row" className="font-normal whitespace-nowrap">
        <Link className="link" to={filesIn(period)}>
          {periodLabel(period, now)}
        </Link>
      </th>
      {OUTCOMES.map((outcome) => (
        <td key={outcome} className="figure">
          {files[outcome] === 0 ? (
            <span className="text-muted">0</span>
          ) : (
            <Link className="link" to={filesIn(period, outcome)}>
              {count(files[outcome])}
            </Link>
          )}
        </td>
      ))}
      <td className="figure">{bytes(bytesOf(figures))}</td>
      <td className="figure">{p50 === null ? "–" : duration(p50)}</td>
      <td className="figure">{p95 === null ? "–" : duration(p95)}</td>
    </tr>
  );
}
