import { Checkbox } from 'antd';
import { useState } from 'react';
import type { FindingView, PlannedRepairView } from '../../../contract/views/environment-views.ts';
import { Card } from '../../components/Card.tsx';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';

interface FindingCardProps {
  readonly finding: FindingView;
  /** null: nothing here mends it. */
  readonly repair: PlannedRepairView | null;
  readonly isChosen: boolean;
  readonly onChoose: (isOn: boolean) => void;
}

const TONES = { problem: 'problem', advice: 'warning', unknown: 'quiet' } as const satisfies Record<
  string,
  Tone
>;

/** What is noticed, what to do; the exact changes folded. A title says how it should be, so it heads nothing broken. */
export function FindingCard({ finding, repair, isChosen, onChoose }: FindingCardProps) {
  const { t } = useText();
  const [isOpen, setOpen] = useState(false);
  const status = finding.status as keyof typeof TONES;
  const canRepair = repair?.refused === null;
  return (
    <Card>
      <div className="finding">
        {canRepair && (
          <Checkbox
            checked={isChosen}
            onChange={(event) => onChoose(event.target.checked)}
            aria-label={t('window.environment.choose', { title: repair.title })}
          />
        )}
        <div className="finding-body">
          <div className="row">
            <StateTag tone={TONES[status]}>{t(`window.environment.tag.${status}`)}</StateTag>
            <h2 className="finding-title">{status === 'unknown' ? finding.title : finding.message}</h2>
            {finding.blocksRenewal && status === 'problem' && (
              <span className="muted">{t('window.environment.blocks')}</span>
            )}
          </div>
          {status === 'unknown' && <p>{finding.message}</p>}
          {finding.advice !== null && <p className="muted">{finding.advice}</p>}
          {repair?.refused != null && (
            <p className="muted">{t('window.environment.refused', { reason: repair.refused })}</p>
          )}
          {canRepair && isOpen && <ChangeList changes={repair.changes} />}
        </div>
        {canRepair && (
          <button type="button" className="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {repair.ticked
              ? t(repair.elevated ? 'window.environment.repairAdmin' : 'window.environment.repair', {
                  title: repair.title,
                })
              : t('window.environment.repairSource')}
          </button>
        )}
      </div>
    </Card>
  );
}

export function ChangeList({ changes }: { readonly changes: readonly string[] }) {
  return (
    <ul className="change-list">
      {changes.map((change) => (
        <li key={change}>{change}</li>
      ))}
    </ul>
  );
}
