import type { Schemas } from "../api/client";

export type Status = Schemas["Status"];
export type Reason = Schemas["Reason"];
export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

interface StatusWords {
  label: string;
  tone: Tone;
  /** What it means for the person who looks. */
  meaning: string;
}

export const STATUS: Record<Status, StatusWords> = {
  awaiting_upload: {
    label: "Awaiting upload",
    tone: "quiet",
    meaning: "Announced; its bytes have not come yet.",
  },
  processed: { label: "Processed", tone: "good", meaning: "Checked, described and where it belongs." },
  quarantined: {
    label: "Quarantined",
    tone: "warn",
    meaning: "Something is wrong with the file. It is kept aside until somebody decides.",
  },
  failed: {
    label: "Failed",
    tone: "bad",
    meaning: "It could not be worked on, for no fault of its own. Its bytes are where they came in.",
  },
  missing: { label: "Missing", tone: "bad", meaning: "Its bytes were deleted before they were worked on." },
  retrying: { label: "Retrying", tone: "info", meaning: "It is being worked on again." },
  discarded: { label: "Discarded", tone: "quiet", meaning: "Somebody decided that it is not wanted." },
  expired: { label: "Expired", tone: "quiet", meaning: "Announced, but it never came." },
};

export const STATUSES: Status[] = [
  "processed",
  "quarantined",
  "failed",
  "missing",
  "retrying",
  "awaiting_upload",
  "discarded",
  "expired",
];

/** What is wrong, and what a person can do about it. */
export const REASON: Record<Reason, { label: string; advice: string }> = {
  empty_file: { label: "Empty file", advice: "The file has no content. Ask its sender for it again." },
  file_too_large: {
    label: "File too large",
    advice: "It is larger than this stack takes. Ask for it in parts, or raise maxFileBytes.",
  },
  checksum_mismatch: {
    label: "Checksum mismatch",
    advice: "The content is not what was announced: it changed on its way. Ask for it again.",
  },
  object_gone: {
    label: "Object gone",
    advice: "Somebody deleted the object before it was worked on. Ask for it again.",
  },
  unsafe_content: {
    label: "Unsafe content",
    advice: "It holds something that could do harm when opened. Look at the errors before anything else.",
  },
  not_accepted: {
    label: "Type not accepted",
    advice: "Its prefix takes other types of files. Mend the contract and retry, or tell the sender.",
  },
  wrong_format: {
    label: "Wrong format",
    advice: "It is not what its name says. Ask the sender what it should be.",
  },
  ceiling_exceeded: {
    label: "Ceiling exceeded",
    advice: "It needs more to be read than is safe. The errors say which ceiling.",
  },
  broken_encoding: {
    label: "Broken encoding",
    advice: "Its text is not in the encoding that it should be in. Ask for it in UTF-8.",
  },
  wrong_header: {
    label: "Wrong header",
    advice: "Its columns are not those of its contract. Compare both below.",
  },
  corrupt_file: { label: "Corrupt file", advice: "It breaks off, or is damaged. Ask for it again." },
  bad_rows: { label: "Bad rows", advice: "Some rows are wrong. Send the report of them to the sender." },
  unavailable: {
    label: "Service unavailable",
    advice: "A service of AWS did not answer. It is retried by itself; you can also do so.",
  },
  misconfigured: {
    label: "Misconfigured",
    advice: "The stack lacks a permission or a setting. Mend that, then retry.",
  },
  crashed: {
    label: "Crashed",
    advice:
      "The processor stopped while it worked on this file. Retry it; if it crashes again, look at the log.",
  },
};

export const REASONS = Object.keys(REASON).sort() as Reason[];

export const TONE_TEXT: Record<Tone, string> = {
  good: "text-good",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  quiet: "text-muted",
};
