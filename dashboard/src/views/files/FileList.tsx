import { ArrowUp } from "lucide-react";
import { useRef } from "react";
import { count, plural } from "../../lib/format";
import { FileTable } from "./FileTable";
import type { LoadedList } from "./list";
import { ListEnd } from "./ListEnd";
import { Nothing } from "./Nothing";
import type { Files } from "./useFiles";
import { useAnnounced, useReading } from "./useReading";

interface Props {
  list: LoadedList;
  files: Files;
  isFiltered: boolean;
  clear: () => void;
}

/** The list as far as it is loaded; more of it is asked for where its end comes near. */
export function FileList({ list, files, isFiltered, clear }: Props) {
  const { query, older, goesOn, searchFurther, catchUp } = files;
  const isOld = query.isPlaceholderData;
  const { items, waiting, isMany, onScrolled, toTop } = useReading(list, catchUp);
  const place = useRef<HTMLDivElement>(null);
  useAnnounced(list, isOld);
  const isWhole = list.cursor === undefined;
  if (isWhole && items.length === 0) {
    return (
      <div className="card">
        <Nothing isFiltered={isFiltered} clear={clear} />
      </div>
    );
  }
  return (
    <div ref={place} tabIndex={-1} className="relative outline-none">
      {waiting > 0 && (
        <div className="pointer-events-none sticky top-16 z-20 h-0 md:top-26">
          <button
            type="button"
            onClick={() => {
              toTop();
              place.current?.focus({ preventScroll: true });
            }}
            className="pointer-events-auto mx-auto flex min-h-9 items-center gap-2 rounded-full bg-accent px-4 py-1.5 font-medium text-on-accent shadow-high hover:bg-accent-strong"
          >
            <ArrowUp aria-hidden size={16} />
            {isMany ? `More than ${count(waiting)} new files` : plural(waiting, "new file")}
          </button>
        </div>
      )}
      <FileTable
        items={items}
        isWhole={isWhole}
        isOld={isOld}
        onNearEnd={goesOn ? older.load : undefined}
        onScrolled={onScrolled}
      >
        <ListEnd
          shown={items.length}
          isWhole={isWhole}
          isWaiting={!isWhole && !goesOn && !older.isPending && !isOld}
          error={older.error}
          goOn={() => {
            searchFurther();
            older.load();
          }}
        />
      </FileTable>
    </div>
  );
}
