import { Button } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import type { PinView } from '../../../contract/views/token-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { useAskPin } from '../../components/pin-dialog/ask-pin.tsx';
import type { TypedPin } from '../../components/pin-dialog/pin-request.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useWindow } from '../../state/use-window.ts';
import { Panel } from './Panel.tsx';

interface Props {
  readonly token: string;
  readonly tokenLabel: string;
  readonly question: {
    /** `login`: before anything is paid. `write`: 更新. `prove`: to try out what a CA wrote. */
    readonly purpose: 'login' | 'write' | 'prove';
    readonly pin: PinView;
    readonly previous: AppError | null;
  };
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onPin: (typed: TypedPin) => void;
  readonly onLater: () => void;
}

/**
 * Opens the PIN dialog at once, and again when asked to. Closing the dialog decides nothing: the renewal waits,
 * also for a key that was pulled to come back.
 */
export function PinPanel({ token, tokenLabel, question, profile, isBusy, onPin, onLater }: Props) {
  const { t } = useText();
  const askPin = useAskPin();
  const isPlugged = useWindow(({ tokens }) => tokens?.tokens.some(({ id }) => id === token) ?? true);
  const { purpose, pin, previous } = question;
  const send = useRef(onPin);
  useEffect(() => {
    send.current = onPin;
  });
  const ask = useCallback(async () => {
    const title = t(`window.renewal.pin.${purpose}`);
    const typed = await askPin({ title, subject: tokenLabel, token, pin, previous, profile });
    if (typed !== null) send.current(typed);
  }, [askPin, t, purpose, tokenLabel, token, pin, previous, profile]);
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    void ask();
  }, [ask]);
  return (
    <Panel title={t(`window.renewal.pin.${purpose}`)} hint={t(`window.renewal.pin.${purpose}.hint`)}>
      {!isPlugged && <ErrorNote error={{ code: 'token.removed' }} profile={profile} />}
      <div className="actions">
        <Button type="primary" disabled={isBusy || !isPlugged} onClick={() => void ask()}>
          {t('window.renewal.pin.open')}
        </Button>
        <Button disabled={isBusy} onClick={onLater}>
          {t(`window.renewal.pin.${purpose}.later`)}
        </Button>
      </div>
    </Panel>
  );
}
