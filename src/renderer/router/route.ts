// Where the person is, as the page's fragment has it: `#/keys?token=…`. A reload stays on the screen.

import { useSyncExternalStore } from 'react';

export const SCREEN_NAMES = [
  'home',
  'keys',
  'services',
  'environment',
  'seal',
  'settings',
  'help',
  'renewal',
  'accompany',
] as const;
export type ScreenName = (typeof SCREEN_NAMES)[number];

export type RouteParameters = Readonly<Record<string, string>>;

export interface Route {
  readonly screen: ScreenName;
  readonly parameters: RouteParameters;
}

/** An unknown fragment is 首页. */
export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  const screen = SCREEN_NAMES.find((name) => name === path) ?? 'home';
  return { screen, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

export function formatRoute(screen: ScreenName, parameters: RouteParameters = {}): string {
  const query = new URLSearchParams(parameters).toString();
  return `#/${screen}${query === '' ? '' : `?${query}`}`;
}

export function navigate(screen: ScreenName, parameters: RouteParameters = {}): void {
  window.location.hash = formatRoute(screen, parameters);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(onFragment, () => window.location.hash));
}

function onFragment(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
