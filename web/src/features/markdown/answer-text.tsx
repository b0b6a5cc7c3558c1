import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { RenderedAnswerProps } from './rendered-answer';
import { splitReasoning } from './split-reasoning';

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

/** An answer's text, what was thought before it folded; plain until the renderer has arrived. */
export function AnswerText(props: RenderedAnswerProps) {
  const { reasoning, answer, thinking } = splitReasoning(props.text, props.streaming ?? false);
  if (reasoning === null) return <Shown {...props} />;
  return (
    <>
      <Reasoning text={reasoning} thinking={thinking} />
      {answer !== '' && <Shown {...props} text={answer} />}
    </>
  );
}

function Shown(props: RenderedAnswerProps) {
  return (
    <Suspense fallback={<div className="whitespace-pre-wrap break-words">{plain(props.text)}</div>}>
      <RenderedAnswer {...props} />
    </Suspense>
  );
}

function Reasoning({ text, thinking }: { text: string; thinking: boolean }) {
  const { t } = useTranslation();
  return (
    <details className="mb-3 text-sm text-ink-soft" data-testid="model-reasoning">
      <summary className="tap w-fit rounded-md font-medium">
        {t(thinking ? 'markdown.thinking' : 'markdown.reasoning')}
      </summary>
      <div dir="auto" className="mt-1.5 border-s-2 border-line ps-3 break-words whitespace-pre-wrap">
        {text.trim()}
      </div>
    </details>
  );
}
