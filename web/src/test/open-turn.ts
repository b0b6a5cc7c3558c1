import { screen, within } from '@testing-library/react';
import { renderApp } from './render-app';
import { world } from './server';

export const address = '/c/conversation-1';
export const head = { conversation_id: 'conversation-1', at: '2026-11-21T09:00:00Z' };

/** The page with the conversation of the test's world, once its question is there. */
export async function opened() {
  const app = renderApp(address);
  await screen.findByTestId('question');
  return app;
}

/** The newest turn. */
export function turn() {
  const all = document.querySelectorAll<HTMLElement>('[data-turn]');
  return all[all.length - 1] as HTMLElement;
}

/** Whose answers the newest turn shows, in their order on the page. */
export const names = () =>
  [...turn().querySelectorAll<HTMLElement>('[data-card]')].map(
    (card) =>
      world.messages.flatMap((m) => m.batch?.responses ?? []).find((r) => r.id === card.dataset.response)
        ?.service_name,
  );

export const card = (name: string) => {
  const found = turn().querySelector<HTMLElement>(`[data-response="response-${name}"]`);
  if (!found) throw new Error(`no card of ${name}`);
  return within(found);
};

export const sentPaths = () => world.sent.map((request) => `${request.method} ${request.path}`);
