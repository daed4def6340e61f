import { visible } from "../lib/visible";

/** A text that somebody else chose, such as a file's name: it cannot change what stands around it. */
export function Name({ children }: { children: string }) {
  return <bdi className="[overflow-wrap:anywhere] whitespace-pre-wrap">{visible(children)}</bdi>;
}
