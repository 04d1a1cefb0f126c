import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage } from './languages/language.ts';
import { Panel } from './Panel.tsx';
import './panel.css';
import { followTheme } from './settings/preferences.ts';
import { keepTokenFresh, listenToHost } from './sign-in/api.ts';
import { followOtherTabs } from './sign-in/credentials.ts';

followTheme();
followOtherTabs();
keepTokenFresh();
listenToHost();
await startLanguage();

const place = document.getElementById('panel');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <Panel />
    </StrictMode>,
  );
}
