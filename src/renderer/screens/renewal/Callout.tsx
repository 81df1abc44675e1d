import type { ReactNode } from 'react';

interface Props {
  readonly tone: 'ok' | 'warning' | 'problem' | 'info';
  readonly title: ReactNode;
  readonly size?: 'normal' | 'large';
  readonly children?: ReactNode;
}

const MARK = { ok: '✓', warning: '▲', problem: '✕', info: 'ℹ' } as const;

/** Something to know before going on: colour, sign and words say the same. */
export function Callout({ tone, title, size = 'normal', children }: Props) {
  return (
    <div className="callout" data-tone={tone} data-size={size}>
      <p className="callout-title">
        <span aria-hidden>{MARK[tone]} </span>
        {title}
      </p>
      {children !== undefined && <div className="prose">{children}</div>}
    </div>
  );
}
