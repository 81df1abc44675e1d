import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import './state-tag.css';

/** `quiet`: a fact that is neither good nor bad. */
export type Tone = 'ok' | 'warning' | 'problem' | 'quiet';

const ICONS: Readonly<Record<Tone, IconName>> = {
  ok: 'check',
  warning: 'warning',
  problem: 'cross',
  quiet: 'dot',
};

/** A state in colour, icon and word together. */
export function StateTag({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`state-tag tone-${tone}`}>
      <Icon name={ICONS[tone]} size={14} />
      {children}
    </span>
  );
}
