import { Button } from 'antd';
import type { AccompanyFinding } from '../../../contract/views/accompany-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Callout } from '../renewal/Callout.tsx';
import { Panel } from '../renewal/Panel.tsx';
import { findingKey } from './accompany-model.ts';

interface Props {
  readonly findings: readonly AccompanyFinding[];
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onGoOn: () => void;
  readonly onLater: () => void;
}

/** Something wants attention before the person leaves for the portal. */
export function FindingsPanel({ findings, profile, isBusy, onGoOn, onLater }: Props) {
  const { t } = useText();
  const wanting = findings.filter(({ status }) => status === 'attention');
  return (
    <Panel title={t('window.accompany.findings')}>
      {wanting.map((finding) =>
        finding.problem === null ? (
          <Callout key={finding.check} tone="warning" title={t(findingKey(finding), finding.facts)} />
        ) : (
          <ErrorNote key={finding.check} error={finding.problem} profile={profile} />
        ),
      )}
      <div className="actions">
        <Button type="primary" disabled={isBusy} onClick={onLater}>
          {t('window.accompany.findings.first')}
        </Button>
        <Button disabled={isBusy} onClick={onGoOn}>
          {t('window.accompany.findings.goOn')}
        </Button>
      </div>
    </Panel>
  );
}
