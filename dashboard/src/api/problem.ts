import type { components } from "./schema.gen";

export type FieldProblem = components["schemas"]["FieldProblem"];

/** An answer of the API that says what was wrong: RFC 9457's problem details. */
export class ApiProblem extends Error {
  /** The last part of the problem's `type`, such as `record-not-found`. */
  readonly kind: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly errors: FieldProblem[];
  /** Seconds to wait before the same request has a chance. */
  readonly retryAfter: number | undefined;

  constructor(response: Response, body: unknown) {
    const problem: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
    const title = text(problem.title) ?? `HTTP ${response.status}`;
    const detail = text(problem.detail) ?? text(problem.message) ?? "The answer says no more.";
    super(`${title}: ${detail}`);
    this.name = "ApiProblem";
    this.kind = text(problem.type)?.split("/").at(-1) ?? "unknown";
    this.status = response.status;
    this.title = title;
    this.detail = detail;
    this.requestId = text(problem.requestId) ?? response.headers.get("x-request-id") ?? undefined;
    this.errors = Array.isArray(problem.errors) ? problem.errors.filter(isFieldProblem) : [];
    const seconds = Number(response.headers.get("retry-after"));
    this.retryAfter = seconds > 0 ? seconds : undefined;
  }
}

/** The API could not be reached at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The API cannot be reached. Your network may be down; this page tries again by itself.", { cause });
    this.name = "Unreachable";
  }
}

/** Whether asking again may help. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof Unreachable ||
    (error instanceof ApiProblem && (error.status >= 500 || error.status === 429))
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return typeof value === "object" && value !== null && "pointer" in value && "detail" in value;
}
