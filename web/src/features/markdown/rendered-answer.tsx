import 'katex/dist/katex.min.css';
import './answer.css';
import type { Element, Nodes, Root } from 'hast';
import { createContext, memo, type ReactNode, useContext, useMemo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeKatex from 'rehype-katex';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import { i18n } from '@/i18n';
import { autoDirection } from './auto-direction';
import { CodeBlock } from './code-block';
import { BlockedImage, GuardedLink } from './guarded-link';
import { normaliseMaths } from './math-delimiters';
import { mendTail } from './mend-tail';
import { answerSchema } from './sanitize-schema';
import { splitBlocks } from './split-blocks';

const remarkPlugins = [remarkGfm, remarkMath];
const rehypePlugins = [
  [rehypeKatex, { trust: false, strict: 'ignore', maxSize: 20, maxExpand: 300, errorColor: 'var(--bad)' }],
  [rehypeSanitize, answerSchema],
  // Adds one fixed attribute; nothing of the answer passes through it.
  autoDirection,
] as never[];

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map((child) => textOf(child as Nodes)).join('') : '';
}

function codeOf(pre: Element | undefined): { code: string; language: string } {
  const inner = pre?.children.find((child): child is Element => child.type === 'element');
  const classes = inner?.properties.className;
  const named = Array.isArray(classes)
    ? classes.map(String).find((name) => name.startsWith('language-'))
    : undefined;
  return {
    code: (inner ? textOf(inner) : '').replace(/\n$/, ''),
    language: named?.slice('language-'.length) ?? '',
  };
}

function TableFrame({ children, dir }: { children?: ReactNode; dir?: string }) {
  return (
    <div className="table-frame" role="region" aria-label={i18n.t('markdown.table')} tabIndex={0}>
      <table dir={dir}>{children}</table>
    </div>
  );
}

/** Whether more of the block is to come. By context, so that a block that ends is not drawn anew. */
const Growing = createContext(false);

function Code({ node }: { node?: Element }) {
  return <CodeBlock {...codeOf(node)} growing={useContext(Growing)} />;
}

/** Headings are moved below the page's own, so that the outline stays in order. */
const components: Components = {
  h1: ({ children }) => <h4 dir="auto">{children}</h4>,
  h2: ({ children }) => <h4 dir="auto">{children}</h4>,
  h3: ({ children }) => <h5 dir="auto">{children}</h5>,
  h4: ({ children }) => <h6 dir="auto">{children}</h6>,
  h5: ({ children }) => <h6 dir="auto">{children}</h6>,
  a: ({ href, children }) => <GuardedLink href={href}>{children}</GuardedLink>,
  img: ({ src, alt }) => <BlockedImage src={typeof src === 'string' ? src : undefined} alt={alt} />,
  table: ({ children, dir }) => <TableFrame dir={dir}>{children}</TableFrame>,
  pre: Code,
};

interface BlockProps {
  text: string;
  open: boolean;
  marks?: MarkTree;
}

const Block = memo(function Block({ text, open, marks }: BlockProps) {
  return (
    <Growing value={open}>
      <ReactMarkdown
        remarkPlugins={remarkPlugins}
        rehypePlugins={marks ? [...rehypePlugins, () => marks] : rehypePlugins}
        components={components}
        skipHtml={false}
      >
        {text}
      </ReactMarkdown>
    </Growing>
  );
});

/** Marks passages of a cleaned tree, in place. */
export type MarkTree = (tree: Root) => void;

export interface RenderedAnswerProps {
  text: string;
  /** True while more is to come: the last block is mended and not yet coloured. */
  streaming?: boolean;
  marks?: MarkTree;
}

/** An answer as Markdown with tables, maths and code; its tree is cleaned last, after every plugin. */
export default function RenderedAnswer({ text, streaming = false, marks }: RenderedAnswerProps) {
  const blocks = useMemo(() => splitBlocks(normaliseMaths(text)), [text]);
  return (
    <div className="answer" data-growing={streaming || undefined}>
      {blocks.map((block, index) => {
        const open = streaming && index === blocks.length - 1;
        return <Block key={index} text={open ? mendTail(block) : block} open={open} marks={marks} />;
      })}
    </div>
  );
}
