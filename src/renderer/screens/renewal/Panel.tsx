import type { ReactNode } from 'react';
import { Card } from '../../components/Card.tsx';

interface Props {
  readonly title: ReactNode;
  readonly hint?: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

/** A card of the wizard: what it is about, a line on it, and what follows in even distances. */
export function Panel({ title, hint, aside, children }: Props) {
  return (
    <Card title={title} aside={aside === undefined ? null : <span className="panel-aside">{aside}</span>}>
      <div className="stack">
        {hint !== undefined && <p className="muted">{hint}</p>}
        {children}
      </div>
    </Card>
  );
}
