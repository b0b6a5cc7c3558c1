import { useTranslation } from 'react-i18next';
import { sampleQuestions } from './sample-questions';

const SHOWN = 6;
const asked = ['index', 'eggs', 'ball', 'code', 'protocols', 'loan'] as const;

/** An empty conversation: what to ask and what the four clicks are; to those who know, less of it. */
export function FirstSteps(props: { known: boolean; demo: boolean; onPick(question: string): void }) {
  const { known, demo, onPick } = props;
  const { t } = useTranslation();
  const steps = [t('firstSteps.expand'), t('firstSteps.select'), t('firstSteps.prune'), t('firstSteps.send')];
  // The demo knows its questions in English alone, word for word.
  const questions = demo
    ? sampleQuestions.slice(0, SHOWN)
    : asked.map((name) => t(`firstSteps.questions.${name}`));
  return (
    <div className="mx-auto grid w-full max-w-[76rem] gap-8 px-4 py-8 sm:px-6 sm:py-14">
      <div className="grid gap-2">
        <h1 className="font-serif text-3xl leading-tight sm:text-4xl">
          {t(known ? 'firstSteps.again' : 'firstSteps.title')}
        </h1>
        {!known && <p className="max-w-[58ch] text-ink-soft">{t('firstSteps.text')}</p>}
      </div>
      {(demo || !known) && (
        <section aria-label={t('firstSteps.samples')} className="grid gap-2">
          <h2 className="text-sm font-semibold text-ink-soft">{t('firstSteps.samples')}</h2>
          <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
            {questions.map((question) => (
              <li key={question}>
                <button
                  type="button"
                  lang={demo ? 'en' : undefined}
                  data-testid="sample-question"
                  onClick={() => onPick(question)}
                  className="h-full w-full rounded-xl bg-surface px-4 py-3 text-start font-serif text-[1.0625rem] leading-snug ring-1 ring-line transition-colors ring-inset hover:ring-accent"
                >
                  <span className="line-clamp-3">{question}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!known && (
        <ol className="grid grid-cols-2 gap-x-6 gap-y-4 border-t border-line pt-6 sm:grid-cols-4">
          {steps.map((step, index) => (
            <li key={step} className="grid content-start gap-1 text-sm text-ink-soft">
              <span aria-hidden className="font-serif text-2xl text-accent">
                {index + 1}
              </span>
              {step}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
