import { useEffect, useId, useRef, useState, type SyntheticEvent } from "react";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";

interface Props {
  checking: boolean;
  error: Error | null;
  ended: "revoked" | "signed out" | null;
  signIn: (key: string) => void;
  tryAgain: () => void;
}

/** Asks for a key; says why the one before is no longer taken. */
export function SignIn({ checking, error, ended, signIn, tryAgain }: Props) {
  const [entered, setEntered] = useState("");
  const field = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const key = entered.trim();
    if (key) signIn(key);
  };
  return (
    <main className="grid flex-1 place-items-start justify-center px-4 pt-[12vh]" id="main">
      <form onSubmit={submit} className="card w-full max-w-md space-y-5 p-6 sm:p-8">
        <div>
          <h1 className="text-xl font-semibold">Sign in with an API key</h1>
          <p className="mt-1 text-muted">It stays in this tab, and is forgotten when you close it.</p>
        </div>
        {ended === "revoked" && (
          <Notice tone="warn" title="Your key is not taken">
            It is wrong, was revoked, or has expired. Enter another one; you will be where you were.
          </Notice>
        )}
        {ended === "signed out" && <Notice tone="info" title="You are signed out" />}
        {error && (
          <Notice
            tone="bad"
            title="The key could not be checked"
            action={<Button onClick={tryAgain}>Try again</Button>}
          >
            {error.message}
          </Notice>
        )}
        <div className="space-y-1.5">
          <label htmlFor={field} className="block font-medium">
            API key
          </label>
          <input
            ref={input}
            id={field}
            type="password"
            autoComplete="current-password"
            spellCheck={false}
            value={entered}
            onChange={(event) => setEntered(event.target.value)}
            className="field w-full font-mono"
            required
          />
        </div>
        <Button kind="primary" type="submit" busy={checking} className="w-full">
          Sign in
        </Button>
        <p className="text-sm text-muted">
          No key? Whoever runs this stack makes one: see{" "}
          <a href="/docs" className="link">
            the API's documentation
          </a>
          .
        </p>
      </form>
    </main>
  );
}
