import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { Exam, ItemsJudgeReport } from '@/generated/api';
import { session } from '@/test/fixtures';
import { aJudge, anExam } from '@/test/judge-fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

/** The server's list of judges; a test may put another in its place while the page is open. */
function judges(...items: ItemsJudgeReport['items']) {
  server.use(http.get('*/api/v1/admin/judges', () => HttpResponse.json({ items })));
}

const row = async (name: string) =>
  (await screen.findAllByTestId('judge')).find((one) =>
    within(one).queryByRole('heading', { name }),
  ) as HTMLElement;

describe('judges', () => {
  it('say how often they are expected to be right, and plainly when they count nothing', async () => {
    judges(
      aJudge({ choice_pairs: 4, choice_right: 3 }),
      aJudge({ service_id: 'service-Bolt', service_name: 'Bolt', expected_accuracy: 0.5496, counts: false }),
    );
    renderApp('/settings/judges');
    const aria = within(await row('Aria'));
    expect(aria.getByText('Expected to be right in 65% of pairs.')).toBeInTheDocument();
    expect(aria.getByText('Its ballots count')).toBeInTheDocument();
    expect(aria.getByText(/Learned from 4 pairs .* right in 3\./)).toBeInTheDocument();
    expect(aria.getByText('Family demo')).toBeInTheDocument();
    const bolt = within(await row('Bolt'));
    expect(bolt.getByText('Expected to be right in 54% of pairs.')).toBeInTheDocument();
    expect(bolt.getByText('Its ballots count nothing')).toBeInTheDocument();
    expect(bolt.getByText(/hardly better than a coin/)).toBeInTheDocument();
    expect(bolt.getByText('No pairs learned from choices yet.')).toBeInTheDocument();
    expect(bolt.getByText('Not examined yet.')).toBeInTheDocument();
  });

  it('show what came out of the newest exam', async () => {
    judges(aJudge({ exam: anExam({ order_consistency: null }) }));
    renderApp('/settings/judges');
    const report = within(await screen.findByTestId('exam-finished'));
    expect(report.getByText('83%')).toBeInTheDocument();
    expect(report.getByText('not measured')).toBeInTheDocument();
    expect(report.getByText('2 of 80')).toBeInTheDocument();
    expect(report.getByText('$0.012')).toBeInTheDocument();
    expect(report.getByRole('row', { name: 'Is longer, but wrong 6 of 8' })).toBeInTheDocument();
    expect(report.getByRole('row', { name: 'something_new 1 of 2' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Examine again: Aria' })).toBeEnabled();
  });

  it('show why an exam was given up', async () => {
    judges(aJudge({ exam: anExam({ status: 'failed', failure: 'The key was refused.' }) }));
    renderApp('/settings/judges');
    expect(await screen.findByText('The exam was given up: The key was refused.')).toBeInTheDocument();
  });

  it('are examined after an explanation, and watched until the end', async () => {
    let exam: Exam | null = null;
    server.use(
      http.get('*/api/v1/admin/judges', () => HttpResponse.json({ items: [aJudge({ exam })] })),
      change('post', '/admin/services/:id/exam', () => {
        exam = anExam({ status: 'running', marked: 20, by_kind: [], finished_at: null });
        return HttpResponse.json(exam, { status: 202 });
      }),
    );
    const { user } = renderApp('/settings/judges');
    await user.click(await screen.findByRole('button', { name: 'Examine: Aria' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Examine Aria' }));
    expect(dialog.getByText(/80 short calls, at this service’s prices/)).toBeInTheDocument();
    expect(await dialog.findByText(/\$3\.00 in, \$15\.00 out/)).toBeInTheDocument();
    expect(world.sent).toHaveLength(0);
    await user.click(dialog.getByRole('button', { name: 'Start the exam' }));
    const bar = await screen.findByRole('progressbar', { name: 'Exam of Aria' });
    expect(bar).toHaveAttribute('aria-valuenow', '20');
    expect(bar).toHaveAttribute('aria-valuemax', '80');
    expect(world.sent.at(-1)?.path).toBe('/admin/services/service-Aria/exam');
    const again = screen.getByRole('button', { name: 'Examine again: Aria' });
    expect(again).toHaveAttribute('aria-disabled', 'true');
    await waitFor(() => expect(again).toHaveFocus());
    await user.click(again);
    expect(screen.queryByRole('dialog')).toBeNull();
    exam = anExam();
    expect(await screen.findByTestId('exam-finished', {}, { timeout: 5_000 })).toBeInTheDocument();
    expect(screen.getByText('The exam of Aria is finished.')).toBeInTheDocument();
  });

  it('stay open with the reason when an exam cannot be begun', async () => {
    judges(aJudge());
    server.use(change('post', '/admin/services/:id/exam', () => problem(404, 'not_found', 'It is gone.')));
    const { user } = renderApp('/settings/judges');
    await user.click(await screen.findByRole('button', { name: 'Examine: Aria' }));
    await user.click(await screen.findByRole('button', { name: 'Start the exam' }));
    expect(await screen.findByText('It is gone.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('lead to the services when there is none', async () => {
    judges();
    renderApp('/settings/judges');
    expect(await screen.findByText('No service may judge')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Go to Services' })).toHaveAttribute(
      'href',
      '/settings/services',
    );
  });

  it('can be asked for again when they do not come', async () => {
    server.use(
      http.get('*/api/v1/admin/judges', () => problem(500, 'internal', 'It did not work.'), { once: true }),
    );
    const { user } = renderApp('/settings/judges');
    expect(await screen.findByText('It did not work.')).toBeInTheDocument();
    judges(aJudge());
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await row('Aria')).toBeInTheDocument();
    expect(screen.queryByText('It did not work.')).toBeNull();
  });

  it('are for administrators only', async () => {
    world.session = { ...session, user: { ...session.user, role: 'user' } };
    const { router } = renderApp('/settings/judges');
    expect(await screen.findByText('Nothing here')).toBeInTheDocument();
    await router.navigate('/settings/usage');
    expect(await screen.findByRole('link', { name: 'What I keep' })).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Judges' })).toBeNull();
  });
});
