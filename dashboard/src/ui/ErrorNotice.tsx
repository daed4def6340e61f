import { ApiProblem, Unreachable } from "../api/problem";
import { Button } from "./Button";
import { Notice } from "./Notice";

interface Props {
  error: Error;
  /** What was being done, as in "The files cannot be shown". */
  what: string;
  tryAgain?: () => void;
}

/** What went wrong, in the API's own words, and what to tell whoever runs the stack. */
export function ErrorNotice({ error, what, tryAgain }: Props) {
  const again = tryAgain && <Button onClick={tryAgain}>Try again</Button>;
  if (error instanceof Unreachable) {
    return (
      <Notice tone="warn" title="The API cannot be reached" action={again}>
        Your network may be down. What you see may be old; this page tries again by itself.
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={what} action={again}>
      {error instanceof ApiProblem ? (
        <>
          <p>{error.detail}</p>
          {error.errors.length > 0 && (
            <ul className="mt-1 list-disc pl-5">
              {error.errors.map((each) => (
                <li key={each.pointer}>
                  <code>{each.pointer}</code>: {each.detail}
                </li>
              ))}
            </ul>
          )}
          {error.requestId !== undefined && (
            <p className="mt-1 text-muted">
              Request <code className="break-all">{error.requestId}</code>
            </p>
          )}
        </>
      ) : (
        <p>{error.message}</p>
      )}
    </Notice>
  );
}
