import { lazy, Suspense } from 'react';
import type { RenderedAnswerProps } from './rendered-answer';

const RenderedAnswer = lazy(() => import('./rendered-answer'));

/** Fetches the renderer once a question is being written, so that its answers do not wait for it. */
export function preloadRenderer(): void {
  void import('./rendered-answer').catch(() => {
    // The page fetches it again when the first answer is shown.
  });
}

/** An answer's text; plain until the renderer has arrived. */
export function AnswerText(props: RenderedAnswerProps) {
  return (
    <Suspense fallback={<div className="whitespace-pre-wrap break-words">{props.text}</div>}>
      <RenderedAnswer {...props} />
    </Suspense>
  );
}
