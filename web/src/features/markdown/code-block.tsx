import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ThemedToken } from 'shiki/core';
import { CopyButton } from '@/components/ui/copy-button';
import { highlight } from './highlight';

export interface CodeBlockProps {
  code: string;
  language: string;
  /** While the answer grows the code stays plain; colours come when it stands still. */
  growing: boolean;
}

/** Code with its language, a copy button that takes the code alone, and colours when they are ready. */
export function CodeBlock({ code, language, growing }: CodeBlockProps) {
  const { t } = useTranslation();
  const [tokens, setTokens] = useState<ThemedToken[][] | null>(null);

  useEffect(() => {
    if (growing || !language) return;
    let current = true;
    highlight(code, language)
      .then((lines) => current && setTokens(lines))
      .catch(() => {
        // Plain code is a complete rendering; colours are an extra.
      });
    return () => {
      current = false;
    };
  }, [code, language, growing]);

  return (
    <figure className="code-block" dir="ltr">
      <figcaption>
        <span>{language || t('markdown.code')}</span>
        <CopyButton label={t('markdown.copyCode')} text={code} />
      </figcaption>
      <pre
        tabIndex={0}
        role="region"
        aria-label={t('markdown.codeIn', { language: language || t('markdown.plain') })}
      >
        <code>{tokens && tokens.length > 0 ? <Coloured lines={tokens} /> : code}</code>
      </pre>
    </figure>
  );
}

function Coloured({ lines }: { lines: ThemedToken[][] }) {
  return lines.map((line, row) => (
    <span key={row}>
      {line.map((token) => (
        <span key={token.offset} style={{ color: token.color }}>
          {token.content}
        </span>
      ))}
      {row < lines.length - 1 ? '\n' : null}
    </span>
  ));
}
