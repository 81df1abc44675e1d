import { Button } from 'antd';
import type { FindingView } from '../../../contract/views/environment-views.ts';
import { StateTag } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { Panel } from './Panel.tsx';

interface Props {
  readonly findings: readonly FindingView[];
  readonly isBusy: boolean;
  /** It was settled. */
  readonly onAgain: () => void;
  readonly onLater: () => void;
}

/** What would make the renewal fail, with what to do about each. Where one can be repaired, that comes first. */
export function ObstaclesPanel({ findings, isBusy, onAgain, onLater }: Props) {
  const { t } = useText();
  const { call } = useCall();
  const canRepair = findings.some(({ repair }) => repair !== null);
  const examine = () => {
    void call('environment.check', {});
    navigate('environment');
  };
  return (
    <Panel
      title={t('window.renewal.obstacles', { count: findings.length })}
      hint={t('window.renewal.obstacles.hint')}
    >
      <ul className="obstacles">
        {findings.map(({ id, message, advice }) => (
          <li key={id}>
            <p className="row">
              <StateTag tone="problem">{t('window.environment.tag.problem')}</StateTag>
              <strong>{message}</strong>
            </p>
            {advice !== null && <p className="muted">{advice}</p>}
          </li>
        ))}
      </ul>
      <div className="actions">
        {canRepair && (
          <Button type="primary" disabled={isBusy} onClick={examine}>
            {t('window.renewal.obstacles.repair')}
          </Button>
        )}
        <Button type={canRepair ? 'default' : 'primary'} disabled={isBusy} onClick={onAgain}>
          {t('window.environment.again')}
        </Button>
        {!canRepair && (
          <Button disabled={isBusy} onClick={examine}>
            {t('window.renewal.obstacles.examine')}
          </Button>
        )}
        <Button disabled={isBusy} onClick={onLater}>
          {t('window.renewal.later')}
        </Button>
      </div>
    </Panel>
  );
}
