import { useId, type ReactNode } from 'react';
import './card.css';

interface CardProps {
  readonly title?: ReactNode;
  /** Beside the title: a state, a link. */
  readonly aside?: ReactNode;
  /** A coloured ground for a warning or a result. */
  readonly tone?: 'ok' | 'warning' | 'problem';
  /** `small`: one of several beside each other. */
  readonly size?: 'normal' | 'small';
  readonly children?: ReactNode;
}

export function Card({ title, aside, tone, size = 'normal', children }: CardProps) {
  const id = useId();
  const isNamed = title !== undefined;
  return (
    <section
      className={tone === undefined ? 'card' : `card card-toned tone-${tone}`}
      data-size={size}
      {...(isNamed ? { 'aria-labelledby': id } : {})}
    >
      {isNamed && (
        <header className="card-head">
          <h2 id={id} className="card-title">
            {title}
          </h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
