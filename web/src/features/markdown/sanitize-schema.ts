import { defaultSchema, type Options } from 'rehype-sanitize';

/** Classes that KaTeX's stylesheet knows; nothing else may carry a class into the page. */
const KATEX_CLASS = new RegExp(
  '^(?:katex(?:-[a-z]+)*|base|strut|newline|tag|eqn-num|fleqn|leqno|m(?:ord|op|bin|rel|open|close|punct|inner|space|' +
    'frac|table|tight|supsub|tr-glue|underline)|math[a-z]+|amsrm|text[a-z]+|boldsymbol|boldsans|main[a-z]+|vlist(?:-[a-z0-9]+)?|pstrut|' +
    'sizing|fontsize-ensurer|reset-size\\d+|size\\d+|delimsizing|delimcenter|delim-size\\d|nulldelimiter|mult|mfrac|frac-line|' +
    'sqrt|root|svg-align|hide-tail|accent(?:-body|-full)?|overlay|arraycolsep|vertical-separator|col-align-[lcr]|' +
    'op-symbol|op-limits|large-op|small-op|rlap|llap|clap|inner|fix|stretchy|halfarrow-(?:left|right)|' +
    '(?:brace|arrow|bracket)-(?:left|center|right)|x-arrow(?:-pad)?|mover|munder|overline(?:-line)?|underline(?:-line)?|' +
    'boxpad|fbox|fcolorbox|cancel-(?:pad|lap)|sout|angl|anglpad|rule|thinbox|smash|hbox|hdashline|hline|nobreak|allowbreak|' +
    'uproot|cd-[a-z-]+|def)$',
);

/** Lengths, colours and relative placement as KaTeX writes them; no functions, so no addresses. */
const KATEX_STYLE =
  /^(?:(?:height|width|min-width|max-width|top|bottom|left|vertical-align|(?:margin|padding)(?:-(?:left|right|top|bottom))?|border(?:-[a-z]+)*|color|background-color|text-shadow)\s*:\s*[#\w.%\s-]+;?\s*|position\s*:\s*relative;?\s*)*$/;

const MATHML = [
  'math',
  'semantics',
  'annotation',
  'mrow',
  'mi',
  'mn',
  'mo',
  'ms',
  'mtext',
  'mspace',
  'msup',
  'msub',
  'msubsup',
  'mfrac',
  'msqrt',
  'mroot',
  'mover',
  'munder',
  'munderover',
  'mtable',
  'mtr',
  'mtd',
  'mlabeledtr',
  'mpadded',
  'mphantom',
  'menclose',
  'mstyle',
];

const mathmlAttributes = Object.fromEntries(
  MATHML.map((name) => [
    name,
    [
      'encoding',
      'mathVariant',
      'mathvariant',
      'display',
      'stretchy',
      'fence',
      'separator',
      'accent',
      'width',
      'height',
      'rowspacing',
      'columnalign',
      'columnspacing',
      'scriptlevel',
      'displaystyle',
      'linethickness',
      'xmlns',
    ],
  ]),
);

/** What may be left in an answer's final tree, maths included. Raw HTML never gets this far. */
export const answerSchema: Options = {
  ...defaultSchema,
  tagNames: [...(defaultSchema.tagNames ?? []), ...MATHML, 'svg', 'path', 'line'],
  protocols: { href: ['http', 'https', 'mailto'], src: ['http', 'https'], cite: [] },
  attributes: {
    ...defaultSchema.attributes,
    ...mathmlAttributes,
    '*': ['title', 'align', 'colSpan', 'rowSpan', 'start'],
    a: ['href'],
    img: ['src', 'alt'],
    code: [['className', /^language-[\w+#.-]+$/]],
    input: [['type', 'checkbox'], 'checked', ['disabled', true]],
    li: [['className', 'task-list-item']],
    ul: [['className', 'contains-task-list']],
    ol: ['start', ['className', 'contains-task-list']],
    span: [['className', KATEX_CLASS], ['style', KATEX_STYLE], 'ariaHidden'],
    svg: ['xmlns', 'width', 'height', 'viewBox', 'preserveAspectRatio', ['style', KATEX_STYLE]],
    path: ['d'],
    line: ['x1', 'y1', 'x2', 'y2', 'strokeWidth'],
  },
};
