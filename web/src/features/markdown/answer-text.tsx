import { Reasoning } from './reasoning';
import type { RenderedAnswerProps } from './rendered-answer';
import { Shown } from './shown';
import { splitReasoning } from './split-reasoning';

export interface AnswerTextProps extends RenderedAnswerProps {
  /** What the service says it thought before it wrote. */
  thoughts?: string;
  /** For how long it has been thinking, while it does. */
  seconds?: number;
}

/** An answer's text; what was thought before it is folded, whether it came beside the text or in it. */
export function AnswerText({ thoughts = '', seconds, ...props }: AnswerTextProps) {
  const streaming = props.streaming ?? false;
  const { reasoning, answer, thinking } = splitReasoning(props.text, streaming);
  const before = streaming && thoughts !== '' && props.text === '';
  const parts = [thoughts, reasoning ?? ''].filter((part) => part !== '');
  const hasReasoning = reasoning !== null || thoughts !== '';
  return (
    <>
      {hasReasoning && (
        <Reasoning
          text={parts.join('\n\n')}
          thinking={thinking || before}
          seconds={before ? seconds : undefined}
        />
      )}
      {(answer !== '' || !hasReasoning) && <Shown {...props} text={answer} />}
    </>
  );
}
