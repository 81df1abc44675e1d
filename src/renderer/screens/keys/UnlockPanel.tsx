import { useState } from 'react';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { UnlockRoute } from '../../components/pin-dialog/UnlockRoute.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { mainCertificate } from '../../state/shown-profile.ts';
import { useProfile } from '../../state/use-window.ts';
import { NewPinForm, type NewPinTyped } from './NewPinForm.tsx';
import { NewPinOutcome } from './NewPinOutcome.tsx';

/** 忘记密码: the CA's route first. An administrator's PIN is folded, because hardly anybody was given one. */
export function UnlockPanel({ token }: { readonly token: TokenCard }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const profile = useProfile(mainCertificate(token)?.profile);
  const [isDone, setDone] = useState(false);
  const submit = ({ first, newPin, acceptLastTry }: NewPinTyped) => {
    setDone(false);
    void call('pin.unblock', { token: token.id, adminPin: first, newPin, acceptLastTry }).then(({ ok }) =>
      setDone(ok),
    );
  };
  return (
    <Card title={t(token.pin.state === 'locked' ? 'window.unlock.lockedTitle' : 'window.unlock.title')}>
      <div className="stack">
        <UnlockRoute profile={profile} />
        <details className="technical">
          <summary>{t('window.unlock.admin')}</summary>
          <div className="stack-tight">
            <p className="muted">{t('window.unlock.admin.note')}</p>
            <NewPinForm
              token={token}
              profile={profile}
              firstLabel={t('window.unlock.admin.pin')}
              submitLabel={t('window.action.unlock')}
              isBusy={isBusy}
              isLastTry={error?.code === 'pin.lastTry'}
              onSubmit={submit}
            />
            <NewPinOutcome error={error} profile={profile} done={isDone ? t('window.unlock.done') : null} />
          </div>
        </details>
      </div>
    </Card>
  );
}
