import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/mantine.css';
import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api/client.js';
import { App } from './app.js';
import { applyTheme, storedTheme } from './ui/theme.js';

applyTheme(storedTheme());

const root = document.getElementById('root');
if (root !== null)
  createRoot(root, {
    // What the API refused, or the network, is said on the screen; it is no fault of the page.
    onCaughtError: (error) => {
      if (!(error instanceof ApiProblem)) console.error(error);
    },
  }).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );

// Answers with this page while the registry is away, so that a reload then says so. It keeps the page's own files and nothing of the API.
if (import.meta.env.PROD && 'serviceWorker' in navigator)
  window.addEventListener('load', () => void navigator.serviceWorker.register('/offline.js').catch(() => undefined));
