/**
 * One Idempotency-Key for each thing that is asked for: a repeated click or a lost answer asks for the same once
 * more, and other words ask for something else.
 */
export function intents(): (asked: unknown) => string {
  const known = new Map<string, string>();
  return (asked) => {
    const text = JSON.stringify(asked);
    const intent = known.get(text) ?? crypto.randomUUID();
    known.set(text, intent);
    return intent;
  };
}
