import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { askAhead } from './api/ask-ahead.ts';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/content.css';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');
askAhead(window.location.pathname).catch(() => undefined);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
