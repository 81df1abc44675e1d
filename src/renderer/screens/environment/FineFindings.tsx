import { useState } from 'react';
import { CHECK_GROUPS } from '../../../core/environment/check.ts';
import type { FindingView } from '../../../contract/views/environment-views.ts';
import { Card } from '../../components/Card.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';

/** What works, counted; one by one when asked. */
export function FineFindings({ findings }: { readonly findings: readonly FindingView[] }) {
  const { t } = useText();
  const [isOpen, setOpen] = useState(false);
  if (findings.length === 0) return null;
  const groups = CHECK_GROUPS.map((group) => ({
    group,
    count: findings.filter((finding) => finding.group === group).length,
  })).filter(({ count }) => count > 0);
  return (
    <Card>
      <div className="finding">
        <div className="finding-body row">
          <StateTag tone="ok">{t('window.environment.tag.ok')}</StateTag>
          <strong>{t('window.environment.fine', { count: findings.length })}</strong>
          <span className="muted">
            {groups.map(({ group, count }) => `${t(`check.group.${group}`)} ${String(count)}`).join(' · ')}
          </span>
        </div>
        <button type="button" className="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'window.environment.hide' : 'window.environment.show')}
        </button>
      </div>
      {isOpen && (
        <ul className="fine-list">
          {findings.map(({ id, title, message }) => (
            <li key={id}>
              <strong>{title}</strong> <span className="muted">{message}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
