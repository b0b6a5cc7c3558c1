import './theme.css';
import './forced-colors.css';
import './print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { RouterProvider } from 'react-router';
import { startLanguage } from '@/i18n';
import { createRouter } from './router';
import { createStore } from './store';
import { followTheme } from './theme';

async function start(): Promise<void> {
  followTheme();
  await startLanguage();
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <Provider store={createStore()}>
        <RouterProvider router={createRouter()} />
      </Provider>
    </StrictMode>,
  );
}

void start();
