import { ConfigProvider } from 'antd';
import zhCn from 'antd/locale/zh_CN';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { styleNonce } from '../api/style-nonce.ts';
import { useWindow } from '../state/use-window.ts';
import { antdTheme } from './antd-theme.ts';
import { PALETTES, propertyOf, type Scheme } from './palette.ts';
import './base.css';

/** Colours, sizes and antd's words for everything inside, as the person chose or the system has it. */
export function ThemeRoot({ children }: { readonly children: ReactNode }) {
  const scheme = useScheme();
  useEffect(() => {
    const { style } = document.documentElement;
    for (const [colour, value] of Object.entries(PALETTES[scheme])) {
      style.setProperty(propertyOf(colour), String(value));
    }
    style.setProperty('color-scheme', scheme);
  }, [scheme]);
  return (
    <ConfigProvider
      locale={zhCn}
      theme={antdTheme(scheme)}
      csp={{ nonce: styleNonce() }}
      button={{ autoInsertSpace: false }}
    >
      {children}
    </ConfigProvider>
  );
}

const DARK = '(prefers-color-scheme: dark)';

function useScheme(): Scheme {
  const chosen = useWindow((state) => state.application?.settings.theme ?? 'system');
  const isSystemDark = useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(DARK);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(DARK).matches,
  );
  if (chosen !== 'system') return chosen;
  return isSystemDark ? 'dark' : 'light';
}
