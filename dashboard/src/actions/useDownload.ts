import { useMutation } from "@tanstack/react-query";
import { dataOf, type Api } from "../api/client";
import { useSession } from "../session/session";
import { AGAIN } from "./again";

/** What can be had of a file: itself, itself in quarantine, its bad rows, its good rows. */
export type Download = "download" | "quarantined" | "rejects" | "accepted";

/** Asks for a link and follows it: the browser saves what is there, past any script. */
export function useDownload(recordId: string) {
  const { api } = useSession();
  return useMutation({
    ...AGAIN,
    mutationFn: (what: Download) => linkTo(api, recordId, what),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

function linkTo(api: Api, recordId: string, what: Download): Promise<{ url: string }> {
  const params = { params: { path: { recordId } } };
  switch (what) {
    case "download":
      return dataOf(api.GET("/records/{recordId}/download", params));
    case "quarantined":
      return dataOf(api.GET("/records/{recordId}/quarantined", params));
    case "rejects":
      return dataOf(api.GET("/records/{recordId}/rejects", params));
    case "accepted":
      return dataOf(api.GET("/records/{recordId}/accepted", params));
  }
}
