import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { world } from '@/test/server';

const both = 'Aim for 7 to 8 hours of sleep each night.';

beforeEach(() => {
  world.answers = {
    'response-Aria': `${both} Keep a **diary** of what wakes you.`,
    'response-Bolt': 'Aim for 7-8 hours of sleep a night. Avoid coffee after noon.',
    'response-Cedar': 'Something else entirely, about gardens.',
  };
});

async function compared() {
  const app = renderApp('/c/conversation-1');
  await app.user.click(await screen.findByRole('button', { name: 'Compare' }));
  const sides = await screen.findAllByTestId('compared');
  await waitFor(() => expect(within(sides[0] as HTMLElement).getByTestId('share')).toBeInTheDocument());
  return { ...app, sides: sides as [HTMLElement, HTMLElement] };
}

const markedIn = (side: HTMLElement) =>
  [...side.querySelectorAll('mark')].map((mark) => mark.textContent?.trim()).join(' | ');

describe('comparing two answers', () => {
  it('shows the two best, and marks what only one of them says', async () => {
    const { sides } = await compared();
    expect(sides[0]).toHaveAccessibleName('Answer of Aria');
    expect(sides[1]).toHaveAccessibleName('Answer of Bolt');
    await waitFor(() => expect(markedIn(sides[0])).toBe('Only here: Keep a | diary | of what wakes you.'));
    expect(markedIn(sides[1])).toBe('Only here: Avoid coffee after noon.');
    expect(within(sides[0]).getByTestId('share')).toHaveTextContent('1 of 2 sentences are in both');
  });

  it('marks what both say, or nothing', async () => {
    const { user, sides } = await compared();
    await user.click(screen.getByRole('radio', { name: 'In both' }));
    await waitFor(() => expect(markedIn(sides[0])).toBe(`In both: ${both}`));
    await user.click(screen.getByRole('radio', { name: 'Nothing' }));
    expect(markedIn(sides[0])).toBe('');
  });

  it('lists the sources below the answer that names them', async () => {
    world.beside = {
      'response-Bolt': { citations: [{ url: 'https://example.com/sleep', title: 'On sleep' }] },
    };
    const { sides } = await compared();
    expect(within(sides[1]).getByTestId('sources')).toHaveTextContent('1.On sleep example.com');
    expect(within(sides[0]).queryByTestId('sources')).toBeNull();
  });

  it('takes other answers, changes places, and is closed by back', async () => {
    const { user } = await compared();
    await user.selectOptions(screen.getByLabelText('Second answer'), 'response-Cedar');
    expect(await screen.findByRole('region', { name: 'Answer of Cedar' })).toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('First answer'), 'response-Cedar');
    expect(screen.getByLabelText('Second answer')).toHaveValue('response-Aria');
    await user.click(screen.getByRole('button', { name: 'Change places' }));
    expect(screen.getByLabelText('First answer')).toHaveValue('response-Aria');
    await user.click(screen.getByRole('tab', { name: 'Cedar' }));
    expect(screen.getByRole('tab', { name: 'Cedar' })).toHaveAttribute('aria-selected', 'true');
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByTestId('compare')).toBeNull();
  });
});
