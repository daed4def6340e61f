/**
 * Copies a text; whether that worked. Where the page is not served over TLS, there is no clipboard to write to, and
 * what is selected in the field is copied as a person would.
 */
export async function copied(field: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- without a clipboard there is no other way
    return document.execCommand("copy");
  }
}
