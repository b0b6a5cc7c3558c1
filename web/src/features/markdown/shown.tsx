import { lazy, Suspense } from 'react';
import type { RenderedAnswerProps } from './rendered-answer';

const RenderedAnswer = lazy(() => import('./rendered-answer'));

/** Fetches the renderer once a question is being written, so that its answers do not wait for it. */
export function preloadRenderer(): void {
  void import('./rendered-answer').catch(() => {
    // The page fetches it again when the first answer is shown.
  });
}

/** The words of a text without the marks that only the renderer reads. */
function plain(text: string): string {
  return text
    .replace(/^ {0,3}(?:`{3,}|~{3,}).*$/gm, '')
    .replace(/^\s*\|?(?:\s*:?-+:?\s*\|)+.*$/gm, '')
    .replace(/^ {0,3}#{1,6} |\*\*|\$\$|\\[[\]()]|`|\|/gm, '');
}

/** A text of a model as Markdown; plain until the renderer has arrived. */
export function Shown(props: RenderedAnswerProps) {
  return (
    <Suspense fallback={<div className="whitespace-pre-wrap break-words">{plain(props.text)}</div>}>
      <RenderedAnswer {...props} />
    </Suspense>
  );
}
