import { createBrowserRouter, type RouteObject } from 'react-router';
import { Loading, RequireSession, RequireSetup, RequireSignedOut } from './gate';
import { RouteError } from './route-error';
import { AppShell } from './shell';

/** The whole map of the page. Screens that are not the conversation are fetched when they are opened. */
export const routes: RouteObject[] = [
  {
    errorElement: <RouteError />,
    HydrateFallback: Loading,
    children: [
      {
        path: 'shared/:token',
        lazy: async () => ({ Component: (await import('@/features/shared/shared-screen')).SharedScreen }),
      },
      {
        element: <RequireSetup />,
        children: [
          {
            path: 'setup',
            lazy: async () => ({ Component: (await import('@/features/account/setup-screen')).SetupScreen }),
          },
        ],
      },
      {
        element: <RequireSignedOut />,
        children: [
          {
            path: 'sign-in',
            lazy: async () => ({
              Component: (await import('@/features/account/sign-in-screen')).SignInScreen,
            }),
          },
          {
            path: 'register',
            lazy: async () => ({
              Component: (await import('@/features/account/register-screen')).RegisterScreen,
            }),
          },
        ],
      },
      {
        path: 'invite',
        lazy: async () => ({ Component: (await import('@/features/account/invite-screen')).InviteScreen }),
      },
      {
        path: 'reset',
        lazy: async () => ({ Component: (await import('@/features/account/reset-screen')).ResetScreen }),
      },
      {
        element: <RequireSession />,
        children: [
          {
            element: <AppShell />,
            children: [
              {
                index: true,
                lazy: async () => ({
                  Component: (await import('@/features/conversation/new-conversation-screen'))
                    .NewConversationScreen,
                }),
              },
              {
                path: 'c/:conversationId',
                lazy: async () => ({
                  Component: (await import('@/features/conversation/conversation-screen')).ConversationScreen,
                }),
              },
              {
                path: 'settings/:section?',
                lazy: async () => ({
                  Component: (await import('@/features/settings/settings-screen')).SettingsScreen,
                }),
              },
              {
                path: 'admin/:section?',
                lazy: async () => ({
                  Component: (await import('@/features/admin/admin-screen')).AdminScreen,
                }),
              },
              { path: '*', lazy: async () => ({ Component: (await import('./not-found')).NotFound }) },
            ],
          },
        ],
      },
    ],
  },
];

export function createRouter() {
  return createBrowserRouter(routes);
}
