/** Files that a person chose or dropped: those of folders as well, with the path that they had there. */

export interface Chosen {
  file: File;
  /** As in the folder that was chosen; of a single file, its name. */
  path: string;
}

/** What systems leave in folders without anybody's wish. */
const LITTER: ReadonlySet<string> = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/** The same file is known by these again, also after a reload; its content cannot be compared. */
export function fingerprint({ file, path }: Chosen): string {
  return [path, file.size, file.lastModified].join("\n");
}

export function fromInput(files: Iterable<File>): Chosen[] {
  return Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name })).filter(isWanted);
}

export interface Dropped {
  chosen: Chosen[];
  /** Paths of what the browser may not read. */
  unreadable: string[];
}

/** What was dropped, with everything in its folders. */
export async function fromDrop(data: DataTransfer): Promise<Dropped> {
  // The list is empty as soon as the event is over, so all is taken from it first.
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return { chosen: fromInput(data.files), unreadable: [] };
  const dropped: Dropped = { chosen: [], unreadable: [] };
  for (const entry of entries) await collect(entry, dropped);
  return { ...dropped, chosen: dropped.chosen.filter(isWanted) };
}

async function collect(entry: FileSystemEntry, dropped: Dropped): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  try {
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      dropped.chosen.push({ file, path });
    } else if (isDirectory(entry)) {
      const reader = entry.createReader();
      // A reader gives a hundred entries at a time, and none when it is done.
      for (let some = await next(reader); some.length > 0; some = await next(reader)) {
        for (const each of some) await collect(each, dropped);
      }
    }
  } catch {
    dropped.unreadable.push(path);
  }
}

function next(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function isWanted({ file }: Chosen): boolean {
  return !LITTER.has(file.name);
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
