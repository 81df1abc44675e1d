// Which screens there are. 首页 is in the first load, the others are loaded when they are opened; navigation shows
// only those that exist.

import { lazy, type ComponentType } from 'react';
import type { TextKey } from '../contract/text.ts';
import type { IconName } from './components/Icon.tsx';
import type { ScreenName } from './router/route.ts';
import { HomeScreen } from './screens/home/HomeScreen.tsx';

export const SCREENS: Readonly<Partial<Record<ScreenName, ComponentType>>> = {
  home: HomeScreen,
  keys: lazy(async () => ({ default: (await import('./screens/keys/KeysScreen.tsx')).KeysScreen })),
  services: lazy(async () => ({
    default: (await import('./screens/services/ServicesScreen.tsx')).ServicesScreen,
  })),
  renewal: lazy(async () => ({
    default: (await import('./screens/renewal/RenewalScreen.tsx')).RenewalScreen,
  })),
  accompany: lazy(async () => ({
    default: (await import('./screens/accompany/AccompanyScreen.tsx')).AccompanyScreen,
  })),
  environment: lazy(async () => ({
    default: (await import('./screens/environment/EnvironmentScreen.tsx')).EnvironmentScreen,
  })),
  seal: lazy(async () => ({ default: (await import('./screens/seal/SealScreen.tsx')).SealScreen })),
  settings: lazy(async () => ({
    default: (await import('./screens/settings/SettingsScreen.tsx')).SettingsScreen,
  })),
  help: lazy(async () => ({ default: (await import('./screens/help/HelpScreen.tsx')).HelpScreen })),
};

interface NavigationEntry {
  readonly screen: ScreenName;
  readonly icon: IconName;
  readonly text: TextKey;
  /** Screens that are reached through this one. */
  readonly also?: readonly ScreenName[];
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { screen: 'home', icon: 'home', text: 'window.nav.home' },
  { screen: 'keys', icon: 'key', text: 'window.nav.keys' },
  {
    screen: 'services',
    icon: 'document',
    text: 'window.nav.services',
    also: ['renewal', 'accompany'],
  },
  { screen: 'environment', icon: 'computer', text: 'window.nav.environment' },
  { screen: 'seal', icon: 'seal', text: 'window.nav.seal' },
  { screen: 'settings', icon: 'settings', text: 'window.nav.settings' },
];
