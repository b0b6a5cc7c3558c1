/** Puts a question into the composer, as if it had been typed. */
export function fillComposer(question: string): void {
  window.dispatchEvent(new CustomEvent('quorum:fill', { detail: question }));
}
