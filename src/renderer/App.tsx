import { useEffect } from 'react';
import { ErrorNote } from './components/ErrorNote.tsx';
import { PinHost } from './components/pin-dialog/ask-pin.tsx';
import { Frame } from './frame/Frame.tsx';
import { NoticeStack } from './notices/NoticeStack.tsx';
import { useText } from './i18n/use-text.ts';
import { useRoute } from './router/route.ts';
import { SCREENS } from './screens.ts';
import { HomeScreen } from './screens/home/HomeScreen.tsx';
import { AssistantContext, useAssistant, useWindow } from './state/use-window.ts';
import { readAll, type Assistant } from './state/window-state.ts';
import { ThemeRoot } from './theme/ThemeRoot.tsx';

export function App({ assistant }: { readonly assistant: Assistant }) {
  return (
    <AssistantContext.Provider value={assistant}>
      <ThemeRoot>
        <PinHost>
          <CurrentScreen />
          <NoticeStack />
        </PinHost>
      </ThemeRoot>
    </AssistantContext.Provider>
  );
}

function CurrentScreen() {
  const { locale } = useText();
  const { screen, parameters } = useRoute();
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const shown = `${screen} ${JSON.stringify(parameters)}`;
  const isThere = SCREENS[screen] !== undefined;
  const Screen = SCREENS[screen] ?? HomeScreen;
  return (
    <Frame screen={isThere ? screen : 'home'} shown={shown}>
      <Unreachable />
      <Screen key={shown} />
    </Frame>
  );
}

/** Over every screen: the application cannot be reached, or cannot keep anything. */
function Unreachable() {
  const { t } = useText();
  const assistant = useAssistant();
  const connection = useWindow((state) => state.connection);
  const problem = useWindow((state) => state.problem ?? state.application?.storageProblem ?? null);
  if (connection === 'lost' || connection === 'ended' || connection === 'refused') {
    return (
      <div className="app-note" role="alert">
        {t(`window.connection.${connection}`)}
      </div>
    );
  }
  if (problem === null) return null;
  return (
    <div className="app-note">
      <ErrorNote error={problem}>
        <button type="button" className="link" onClick={() => void readAll(assistant)}>
          {t('window.retry')}
        </button>
      </ErrorNote>
    </div>
  );
}
