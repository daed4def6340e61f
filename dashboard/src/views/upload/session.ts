import { useSyncExternalStore } from "react";
import { useSession, type Session } from "../../session/session";
import { onSessionEnd } from "./activity";
import { Broken, type Carrier } from "./s3";
import { Uploads, type Snapshot } from "./uploads";

/** Uppy is fetched with the first file that is sent. */
const carrier: Carrier = {
  form: async (...file) => (await loaded()).form(...file),
  part: async (...part) => (await loaded()).part(...part),
};

let loading: Promise<Carrier> | undefined;

function loaded(): Promise<Carrier> {
  loading ??= import("./carrier").then(
    ({ newCarrier }) => newCarrier(),
    () => {
      loading = undefined;
      throw new Broken("A part of this page could not be fetched.");
    },
  );
  return loading;
}

let current: Uploads | undefined;
let usedApi: Session["api"] | undefined;

/** The uploads of the session, made when they are first looked at; those of another key end. */
function uploadsOf({ api, access }: Session): Uploads {
  if (current && usedApi === api) return current;
  if (current?.belongsTo(access.keyId)) current.useApi(api);
  else {
    current?.end();
    current = new Uploads(access.keyId, api, carrier);
  }
  usedApi = api;
  return current;
}

// Whoever signs in again with the same key goes on from here.
onSessionEnd(() => current?.pause());

export function useUploads(): [Uploads, Snapshot] {
  const uploads = uploadsOf(useSession());
  return [uploads, useSyncExternalStore(uploads.subscribe, uploads.getSnapshot)];
}
