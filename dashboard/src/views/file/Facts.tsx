import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { bytes, count } from "../../lib/format";
import { CopyButton } from "../../ui/CopyButton";
import { Name } from "../../ui/Name";
import { Card } from "./Card";

type Record = Schemas["RecordView"];

/** What the file is, apart from its content. */
export function Facts({ record }: { record: Record }) {
  return (
    <Card title="About this file">
      <dl className="grid gap-x-6 px-4 py-2 sm:grid-cols-[minmax(8rem,max-content)_minmax(0,1fr)] sm:px-5">
        <Fact label="Key">
          <Copied text={record.objectKey} what="Key" />
        </Fact>
        <Sizes record={record} />
        <Types record={record} />
        <Checksums record={record} />
        <Fact label="Source">
          {record.source === "upload" ? "Announced to the API, then sent" : "Put straight into the bucket"}
        </Fact>
        <Fact label="Bucket">
          <code className="text-sm break-all">{record.bucket}</code>
        </Fact>
        {record.versionId !== undefined && (
          <Fact label="Version">
            <Copied text={record.versionId} what="Version" />
          </Fact>
        )}
        <Fact label="Record">
          <Copied text={record.recordId} what="Record" />
        </Fact>
      </dl>
    </Card>
  );
}

function Sizes({ record }: { record: Record }) {
  const { sizeBytes, expectedSizeBytes, partSizeBytes } = record;
  return (
    <>
      {sizeBytes !== undefined && (
        <Fact label="Size">
          {bytes(sizeBytes)}
          {sizeBytes >= 1000 && <span className="text-muted"> ({count(sizeBytes)} bytes)</span>}
        </Fact>
      )}
      {expectedSizeBytes !== undefined && expectedSizeBytes !== sizeBytes && (
        <Fact label="Announced size">
          {bytes(expectedSizeBytes)}
          {sizeBytes !== undefined && <Match is={false} />}
        </Fact>
      )}
      {partSizeBytes !== undefined && <Fact label="Sent in parts of">{bytes(partSizeBytes)}</Fact>}
    </>
  );
}

function Types({ record }: { record: Record }) {
  const { mediaType, declaredMediaType } = record;
  return (
    <>
      {mediaType !== undefined && <Fact label="Type, by its content">{mediaType}</Fact>}
      {declaredMediaType !== undefined && (
        <Fact label="Type, as declared">
          <Name>{declaredMediaType}</Name>
        </Fact>
      )}
    </>
  );
}

function Checksums({ record }: { record: Record }) {
  const { sha256, expectedSha256 } = record;
  const matches = sha256 === expectedSha256;
  return (
    <>
      {sha256 !== undefined && (
        <Fact label="SHA-256">
          <Copied text={sha256} what="SHA-256" />
          {expectedSha256 !== undefined && matches && <Match is />}
        </Fact>
      )}
      {expectedSha256 !== undefined && (sha256 === undefined || !matches) && (
        <Fact label="Announced SHA-256">
          <Copied text={expectedSha256} what="Announced SHA-256" />
          {sha256 !== undefined && <Match is={false} />}
        </Fact>
      )}
    </>
  );
}

function Match({ is }: { is: boolean }) {
  const Icon = is ? Check : X;
  return (
    <span className={`flex items-center gap-1 text-sm ${is ? "text-good" : "text-bad"}`}>
      <Icon aria-hidden size={15} />
      {is ? "As it was announced" : "Not what came"}
    </span>
  );
}

function Copied({ text, what }: { text: string; what: string }) {
  return (
    <span className="flex items-start justify-between gap-2">
      <code className="min-w-0 text-sm">
        <Name>{text}</Name>
      </code>
      <CopyButton text={text} what={what} />
    </span>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="border-b border-line py-2 last:border-0 sm:col-span-2 sm:grid sm:grid-cols-subgrid">
      <dt className="text-sm text-muted sm:text-base">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
