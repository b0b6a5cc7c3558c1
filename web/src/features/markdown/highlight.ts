import type { HighlighterCore, LanguageInput, ThemedToken } from 'shiki/core';

/** Languages that are coloured; each is fetched when it is first met. */
const languages: Record<string, () => Promise<{ default: LanguageInput }>> = {
  bash: () => import('shiki/langs/bash.mjs') as never,
  c: () => import('shiki/langs/c.mjs') as never,
  csharp: () => import('shiki/langs/csharp.mjs') as never,
  css: () => import('shiki/langs/css.mjs') as never,
  diff: () => import('shiki/langs/diff.mjs') as never,
  dockerfile: () => import('shiki/langs/dockerfile.mjs') as never,
  go: () => import('shiki/langs/go.mjs') as never,
  html: () => import('shiki/langs/html.mjs') as never,
  java: () => import('shiki/langs/java.mjs') as never,
  javascript: () => import('shiki/langs/javascript.mjs') as never,
  json: () => import('shiki/langs/json.mjs') as never,
  kotlin: () => import('shiki/langs/kotlin.mjs') as never,
  markdown: () => import('shiki/langs/markdown.mjs') as never,
  php: () => import('shiki/langs/php.mjs') as never,
  python: () => import('shiki/langs/python.mjs') as never,
  rust: () => import('shiki/langs/rust.mjs') as never,
  sql: () => import('shiki/langs/sql.mjs') as never,
  swift: () => import('shiki/langs/swift.mjs') as never,
  toml: () => import('shiki/langs/toml.mjs') as never,
  tsx: () => import('shiki/langs/tsx.mjs') as never,
  typescript: () => import('shiki/langs/typescript.mjs') as never,
  yaml: () => import('shiki/langs/yaml.mjs') as never,
};

const aliases: Record<string, string> = {
  cpp: 'c',
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  'c++': 'c',
  cs: 'csharp',
  docker: 'dockerfile',
  golang: 'go',
  js: 'javascript',
  jsx: 'tsx',
  jsonc: 'json',
  kt: 'kotlin',
  md: 'markdown',
  py: 'python',
  rs: 'rust',
  postgres: 'sql',
  postgresql: 'sql',
  sqlite: 'sql',
  ts: 'typescript',
  yml: 'yaml',
};

/** Longer code stays plain, so that a paste of thousands of lines never blocks the page. */
const LONGEST = 40_000;

let starting: Promise<HighlighterCore> | null = null;

function highlighter(): Promise<HighlighterCore> {
  starting ??= Promise.all([import('shiki/core'), import('shiki/engine/javascript')]).then(
    ([{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }]) =>
      createHighlighterCore({
        themes: [createCssVariablesTheme({ name: 'quorum', variablePrefix: '--shiki-' })],
        engine: createJavaScriptRegexEngine({ forgiving: true }),
      }),
  );
  return starting;
}

/** Coloured tokens per line, or null when the language is not known or the code is too long. */
export async function highlight(code: string, language: string): Promise<ThemedToken[][] | null> {
  const wanted = language.toLowerCase();
  const name = aliases[wanted] ?? wanted;
  const load = languages[name];
  if (!load || code.length > LONGEST) return null;
  const core = await highlighter();
  if (!core.getLoadedLanguages().includes(name)) await core.loadLanguage((await load()).default);
  return core.codeToTokensBase(code, { lang: name, theme: 'quorum' });
}
