import { fireEvent, render, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { AnswerText } from './answer-text';
import { Sources } from './sources';

async function opened() {
  const folded = screen.getByTestId('model-reasoning') as HTMLDetailsElement;
  expect(folded.open).toBe(false);
  folded.open = true;
  fireEvent(folded, new Event('toggle'));
  return within(folded).findByRole('region');
}

describe('an answer with what was thought before it', () => {
  it('folds what came beside the text together with what stands in it', async () => {
    render(<AnswerText text={'<think>In the text.</think>\nThe answer.'} thoughts="Beside **it**." />);
    expect(await screen.findByText('The answer.')).toBeInTheDocument();
    expect(screen.getByText('Reasoning')).toBeInTheDocument();
    const region = await opened();
    expect((await within(region).findByText('it')).tagName).toBe('STRONG');
    expect(region).toHaveTextContent('Beside it.In the text.');
  });

  it('says for how long it has been thinking, until the first word', () => {
    const { rerender } = render(<AnswerText text="" thoughts="Hm." seconds={12} streaming />);
    expect(screen.getByText('Thinking… 12 s')).toBeInTheDocument();
    rerender(<AnswerText text="So" thoughts="Hm." streaming />);
    expect(screen.getByText('Reasoning')).toBeInTheDocument();
  });

  it('cleans thoughts as it cleans answers', async () => {
    render(
      <AnswerText
        text="x"
        thoughts={'<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://e.example/b)'}
      />,
    );
    const region = await opened();
    expect(region.querySelector('img, script, a[href], [onerror]')).toBeNull();
  });
});

describe('the sources of an answer', () => {
  const source = { url: null, title: null, quote: null };

  it('are numbered, with the host beside the title', () => {
    render(
      <Sources
        citations={[
          { ...source, url: 'https://example.com/a?b=1', title: 'A page' },
          { ...source, url: 'https://bank.example/', title: null },
        ]}
      />,
    );
    const [first, second] = screen.getAllByRole('listitem');
    expect(first).toHaveTextContent('1.A page example.com');
    expect(second).toHaveTextContent('2.bank.example');
  });

  it('lead nowhere but to the web, and only after the address was shown', async () => {
    render(
      <Sources
        citations={[
          { ...source, url: 'javascript:alert(1)', title: 'A script' },
          { ...source, url: 'https://example.com/a', title: 'A page' },
        ]}
      />,
    );
    expect(screen.queryByRole('button', { name: 'A script' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'A page' }));
    const link = await screen.findByRole('link', { name: 'Open in a new tab' });
    expect(link).toHaveAttribute('href', 'https://example.com/a');
    expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    expect(link).toHaveAttribute('target', '_blank');
  });

  it('show markup as the text it is', () => {
    render(<Sources citations={[{ ...source, title: '<b>x</b>', quote: '<i>so</i>' }]} />);
    expect(screen.getByRole('listitem')).toHaveTextContent('<b>x</b> <i>so</i>');
  });
});
