import { useState } from 'react';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { isLastTry } from '../../components/pin-dialog/pin-request.ts';
import { PinTries } from '../../components/pin-dialog/PinTries.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { mainCertificate } from '../../state/shown-profile.ts';
import { useProfile } from '../../state/use-window.ts';
import { NewPinForm, type NewPinTyped } from './NewPinForm.tsx';
import { NewPinOutcome } from './NewPinOutcome.tsx';

export function ChangePin({ token }: { readonly token: TokenCard }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const profile = useProfile(mainCertificate(token)?.profile);
  const [isDone, setDone] = useState(false);
  const submit = ({ first, newPin, acceptLastTry }: NewPinTyped) => {
    setDone(false);
    void call('pin.change', { token: token.id, oldPin: first, newPin, acceptLastTry }).then(({ ok }) =>
      setDone(ok),
    );
  };
  return (
    <Card title={t('window.fact.pin.change')} aside={<PinTries pin={token.pin} />}>
      <div className="stack-tight">
        <p className="muted">
          {t('window.changePin.before')}{' '}
          <a href={formatRoute('keys', { token: token.id, show: 'unlock' })}>{t('window.pin.forgot')}</a>
        </p>
        <NewPinForm
          token={token}
          profile={profile}
          firstLabel={t('window.changePin.old')}
          submitLabel={t('window.fact.pin.change')}
          isBusy={isBusy}
          isLastTry={isLastTry(token.pin)}
          onSubmit={submit}
        />
        <NewPinOutcome error={error} profile={profile} done={isDone ? t('window.changePin.done') : null} />
      </div>
    </Card>
  );
}
