import { Suspense, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Icon } from '../components/Icon.tsx';
import { useText } from '../i18n/use-text.ts';
import { formatRoute, type ScreenName } from '../router/route.ts';
import { NAVIGATION, SCREENS } from '../screens.ts';
import { FootLine } from './FootLine.tsx';
import { PracticeBanner } from './PracticeBanner.tsx';
import './frame.css';

interface FrameProps {
  readonly screen: ScreenName;
  /** Another one begins at its top. */
  readonly shown: string;
  readonly children: ReactNode;
}

/** Navigation on the left, the screen, and the foot line. */
export function Frame({ screen, shown, children }: FrameProps) {
  const { t } = useText();
  const main = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    main.current?.scrollTo(0, 0);
    window.scrollTo(0, 0);
  }, [shown]);
  return (
    <div className="frame">
      <header className="frame-side">
        <p className="frame-name">
          <span className="frame-mark" aria-hidden="true">
            证
          </span>
          {t('window.name')}
        </p>
        <nav aria-label={t('window.nav')}>
          <ul className="frame-nav">
            {NAVIGATION.filter((entry) => SCREENS[entry.screen] !== undefined).map(
              ({ screen: target, icon, text, also = [] }) => {
                const isHere = target === screen || also.includes(screen);
                return (
                  <li key={target}>
                    <a href={formatRoute(target)} {...(isHere ? { 'aria-current': 'page' } : {})}>
                      <Icon name={icon} />
                      <span>{t(text)}</span>
                    </a>
                  </li>
                );
              },
            )}
          </ul>
        </nav>
      </header>
      <main ref={main} className="frame-main">
        <PracticeBanner />
        <Suspense fallback={<p className="frame-waiting muted">{t('window.loading')}</p>}>
          {children}
        </Suspense>
      </main>
      <FootLine />
    </div>
  );
}
