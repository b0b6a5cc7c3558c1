import { type Api, composer, expect, test } from './support';

const TURNS = 26;

/** A conversation of short turns, asked one after the other. */
async function longConversation(api: Api): Promise<string> {
  const echo = await api.addService('Echo', 'echo');
  const { id } = await api.conversation({ service_ids: [echo.id], judging_policy: 'off' });
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await api.send('post', `/conversations/${id}/messages`, {
      content: `Turn ${turn}.`,
      trigger_ai_responses: true,
    });
  }
  return id;
}

test('a long conversation opens at its end, loads earlier turns above, and keeps its place over a reload', async ({
  page,
  api,
}) => {
  const id = await longConversation(api);
  await page.goto(`/c/${id}`);
  const last = page.getByTestId('question').filter({ hasText: `Turn ${TURNS}.` });
  await expect(last).toBeInViewport();
  await expect(page.getByTestId('question')).toHaveCount(20);

  const thread = page.getByTestId('thread');
  await thread.evaluate((element) => {
    element.scrollTop = 300;
  });
  await expect(page.getByTestId('question')).toHaveCount(TURNS);
  const inView = async () =>
    page.getByTestId('question').evaluateAll((all) => {
      const seen = all.filter((one) => {
        const box = one.getBoundingClientRect();
        return box.top >= 50 && box.bottom <= window.innerHeight;
      });
      return seen.map((one) => one.textContent);
    });
  // What was being read has not moved away when earlier turns came in above it.
  expect((await inView()).join()).toMatch(/Turn (?:7|8|9)\./);

  await thread.evaluate(async (element) => {
    const heard = new Promise((resolve) => element.addEventListener('scroll', resolve, { once: true }));
    element.scrollTop = element.scrollHeight / 2;
    await heard;
  });
  const before = await inView();
  await page.reload();
  await expect(composer(page)).toBeVisible();
  await expect.poll(async () => (await inView())[0]).toBe(before[0]);
});
