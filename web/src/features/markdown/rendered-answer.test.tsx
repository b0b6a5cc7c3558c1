import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { hostOf } from './guarded-link';
import RenderedAnswer from './rendered-answer';

const payloads = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<svg onload="window.hacked = 1"><circle /></svg>',
  '<iframe src="https://evil.example"></iframe>',
  '<style>body { display: none }</style>',
  '<base href="https://evil.example/">',
  '<form action="https://evil.example"><input name=a></form>',
  '<math><maction actiontype="statusline" xlink:href="javascript:window.hacked=1">x</maction></math>',
  '[click](javascript:window.hacked=1)',
  '[click](JaVaScRiPt:window.hacked=1)',
  '[click](data:text/html,<script>window.hacked=1</script>)',
  '[click](vbscript:window.hacked)',
  '![x](javascript:window.hacked=1)',
  '![x](https://evil.example/pixel.gif)',
  '![x][r]\n\n[r]: https://evil.example/pixel.gif',
  '<a href="javascript:window.hacked=1">x</a>',
  '[x](https://ok.example "onmouseover=window.hacked=1")',
  '<https://evil.example/auto>',
  '$\\href{javascript:window.hacked=1}{x}$',
  '$\\htmlClass{fixed inset-0}{x}$',
  '$\\htmlStyle{position:fixed;top:0}{x}$',
  '$\\includegraphics{https://evil.example/x.png}$',
  '$\\url{javascript:window.hacked=1}$',
  '$\\rule{9999em}{9999em}$',
  '```html\n<script>window.hacked = 1</script>\n```',
  '```"><img src=x onerror=window.hacked=1>\ncode\n```',
  '| a |\n|---|\n| <img src=x onerror=window.hacked=1> |',
  '[^1]\n\n[^1]: <script>window.hacked=1</script>',
  'https://evil.example/<script>',
  '<details open ontoggle="window.hacked=1">x</details>',
  '<object data="https://evil.example"></object>',
  '<div style="background:url(https://evil.example)">x</div>',
];

describe('an answer from a model', () => {
  it.each(payloads)('runs and loads nothing: %s', (payload) => {
    const { container } = render(<RenderedAnswer text={payload} />);
    const forbidden =
      'script, iframe, object, embed, style, base, form, link, meta, img, video, audio, a, maction';
    expect(container.querySelector(forbidden)).toBeNull();
    for (const element of container.querySelectorAll('*')) {
      for (const attribute of element.attributes) {
        expect(attribute.name).not.toMatch(/^on|^href$|^src$|^xlink/);
        if (attribute.name === 'style') expect(attribute.value).not.toMatch(/url\(|fixed|absolute|999/);
        if (attribute.name === 'class') expect(attribute.value).not.toMatch(/\b(?:fixed|inset-0)\b/);
      }
    }
    expect((window as { hacked?: number }).hacked).toBeUndefined();
  });

  it('draws headings below those of the page, lists, tables and code', async () => {
    const text = '# Title\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sql\nSELECT 1;\n```';
    const { container } = render(<RenderedAnswer text={text} />);
    expect(screen.getByRole('heading', { name: 'Title', level: 4 })).toBeInTheDocument();
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    expect(screen.getByRole('cell', { name: '2' })).toBeInTheDocument();
    await waitFor(() => expect(container.querySelector('code span[style*="--shiki"]')).not.toBeNull());
    expect(container.querySelector('pre')).toHaveTextContent('SELECT 1;');
  });

  it('draws maths with KaTeX and keeps its styles', () => {
    const { container } = render(<RenderedAnswer text={'Then $\\frac{a}{b}$ and $$\\sqrt{x}$$'} />);
    expect(container.querySelectorAll('.katex')).toHaveLength(2);
    expect(container.querySelector('.katex-html [style*="em"]')).not.toBeNull();
    expect(container.querySelector('svg path')).not.toBeNull();
    expect(container.querySelector('math')).not.toBeNull();
  });

  it('shows the host of a link first and leaves only with the second press', async () => {
    const user = userEvent.setup();
    render(<RenderedAnswer text="See [my bank](https://user@login.bank.example.evil.test:8443/path)." />);
    expect(screen.queryByRole('link')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'my bank' }));
    expect(await screen.findByTestId('link-host')).toHaveTextContent('login.bank.example.evil.test:8443');
    const link = screen.getByRole('link', { name: 'Open in a new tab' });
    expect(link).toHaveAttribute('target', '_blank');
    expect(link.getAttribute('rel')).toContain('noopener');
  });

  it('never loads an image, but shows where it is', async () => {
    const user = userEvent.setup();
    const { container } = render(<RenderedAnswer text="![A chart](https://pictures.example/chart.png)" />);
    expect(container.querySelector('img')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'A chart (image not loaded)' }));
    expect(await screen.findByTestId('link-host')).toHaveTextContent('pictures.example');
    expect(document.querySelector('img')).toBeNull();
  });

  it('copies code alone', async () => {
    const user = userEvent.setup();
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    render(<RenderedAnswer text={'Text\n\n```js\nlet x = 1;\n```'} />);
    await user.click(screen.getByRole('button', { name: 'Copy code' }));
    expect(write).toHaveBeenCalledWith('let x = 1;');
  });

  it('draws every prefix of an answer without an error', () => {
    const text =
      '## Why\n\nUse **BRIN** and `b-tree`, see [docs](https://x.example).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$$x^2$$\n\n```sql\nSELECT\n```';
    const { rerender, container } = render(<RenderedAnswer text="" streaming />);
    for (let length = 1; length <= text.length; length += 1) {
      rerender(<RenderedAnswer text={text.slice(0, length)} streaming />);
      expect(container.textContent).not.toContain('**');
      expect(container.querySelector('.katex-error')).toBeNull();
    }
    rerender(<RenderedAnswer text={text} />);
    expect(container.querySelector('table')).not.toBeNull();
  });
});

describe('the host of an address', () => {
  it('is what the browser would contact', () => {
    expect(hostOf('https://аpple.com/x')).toMatch(/^xn--/);
    expect(hostOf('mailto:ada@example.com')).toBe('ada@example.com');
    expect(hostOf('javascript:alert(1)')).toBeNull();
    expect(hostOf('not an address')).toBeNull();
  });
});
