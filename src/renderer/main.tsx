import { createRoot } from 'react-dom/client';
import { chooseWire } from './api/choose-wire.ts';
import { App } from './App.tsx';
import { openAssistant } from './state/window-state.ts';

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App assistant={openAssistant(chooseWire())} />);
