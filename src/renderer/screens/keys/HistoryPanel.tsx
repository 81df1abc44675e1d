import { Button } from 'antd';
import { useState } from 'react';
import type { ContainerLoss, TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { useRead } from '../../state/use-read.ts';
import { mainCertificate } from '../../state/shown-profile.ts';
import { useProfile } from '../../state/use-window.ts';
import { DeleteHistory } from './DeleteHistory.tsx';

/** 清理历史证书: what could go and what would be lost with it. Nothing is ticked beforehand. */
export function HistoryPanel({ token }: { readonly token: TokenCard }) {
  const { t } = useText();
  const profile = useProfile(mainCertificate(token)?.profile);
  const { answer, refresh } = useRead('history.list', { token: token.id });
  const [asked, setAsked] = useState<ContainerLoss | null>(null);
  const losses = answer?.ok === true ? answer.value : null;
  return (
    <Card title={t('window.keys.cleanUp')}>
      <div className="stack">
        <p className="muted">{t('window.history.about')}</p>
        {answer?.ok === false && <ErrorNote error={answer.error} profile={profile} />}
        {losses?.length === 0 && <p>{t('window.history.none')}</p>}
        {losses?.map((loss) => (
          <div key={loss.container} className="history-row">
            <div>
              <ul className="plain-list">
                {loss.certificates.map(({ serial, name, notAfter }) => (
                  <li key={serial}>
                    <strong>{name}</strong>{' '}
                    <span className="muted">
                      {t('window.history.certificate', { serial, day: beijingDay(notAfter) })}
                    </span>
                  </li>
                ))}
                {loss.certificates.length === 0 && <li>{t('window.history.keyOnly', { ...loss })}</li>}
              </ul>
              {loss.opensFiles && <p className="text-warning">{t('window.history.opensFiles')}</p>}
              {loss.isLast && <p className="text-problem">{t('window.history.isLast')}</p>}
            </div>
            <Button onClick={() => setAsked(loss)}>{t('window.history.delete')}</Button>
          </div>
        ))}
        {asked !== null && (
          <DeleteHistory
            token={token}
            loss={asked}
            profile={profile}
            onClose={() => {
              setAsked(null);
              refresh();
            }}
          />
        )}
      </div>
    </Card>
  );
}
