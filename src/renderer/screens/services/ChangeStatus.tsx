import { Button, Input, Radio } from 'antd';
import { useId, useState } from 'react';
import type { MethodInput } from '../../../contract/methods.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useAskPin } from '../../components/pin-dialog/ask-pin.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import type { Holder } from './services-model.ts';

type Change = MethodInput<'certificate.changeStatus'>['change'];

interface Props {
  readonly holder: Holder;
  readonly profile: Profile;
  readonly kind: Change['kind'];
  readonly onClose: () => void;
}

const REASONS = ['keyCompromise', 'cessation'] as const;

/** What it means, the holder's name typed, for 撤销 a reason, and the PIN: nothing happens by a slip of the hand. */
export function ChangeStatus({ holder: { token, certificate }, profile, kind, onClose }: Props) {
  const { t } = useText();
  const askPin = useAskPin();
  const { call, isBusy, error } = useCall();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null);
  const id = useId();
  const name = certificate.commonName ?? certificate.subject;
  const title = t(`window.services.${kind}`);
  const isReady = typed.trim() === name && (kind !== 'revoke' || reason !== null);

  const ask = async () => {
    const change: Change | null = kind !== 'revoke' ? { kind } : reason === null ? null : { kind, reason };
    if (change === null) return;
    const pin = await askPin({
      title: t('window.services.status.pin', { change: title }),
      subject: token.label,
      token: token.id,
      pin: token.pin,
      previous: error?.code.startsWith('pin.') === true ? error : null,
      profile,
    });
    if (pin === null) return;
    const asked = await call('certificate.changeStatus', {
      ...{ token: token.id, certificate: certificate.sha256, change, typed },
      ...pin,
    });
    if (asked.ok) onClose();
  };

  return (
    <Dialog title={t('window.services.status.title', { change: title })} onClose={onClose} wide>
      <div className="stack">
        <p className={kind === 'revoke' ? 'text-problem' : 'muted'}>{t(`window.services.${kind}.means`)}</p>
        {kind === 'revoke' && (
          <Radio.Group
            className="choices"
            aria-label={t('window.services.reason')}
            value={reason}
            onChange={(event) => setReason(event.target.value as (typeof REASONS)[number])}
          >
            {REASONS.map((each) => (
              <Radio key={each} value={each}>
                {t(`window.services.reason.${each}`)}
              </Radio>
            ))}
          </Radio.Group>
        )}
        <label htmlFor={id}>{t('window.services.status.type', { name })}</label>
        <Input
          id={id}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {error !== null && <ErrorNote error={error} profile={profile} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('window.cancel')}</Button>
          <Button
            type="primary"
            danger={kind === 'revoke'}
            disabled={!isReady}
            loading={isBusy}
            onClick={() => void ask()}
          >
            {title}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
