import { Button } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import type { RenewalQuestion, RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { useAskPin } from '../../components/pin-dialog/ask-pin.tsx';
import type { TypedPin } from '../../components/pin-dialog/pin-request.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useWindow } from '../../state/use-window.ts';
import { Panel } from './Panel.tsx';

interface Props {
  readonly view: RenewalView;
  readonly question: Extract<RenewalQuestion, { kind: 'pin' }>;
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onPin: (typed: TypedPin) => void;
  readonly onLater: () => void;
}

/**
 * Opens the PIN dialog at once, and again when asked to. Closing the dialog decides nothing: the renewal waits,
 * also for a key that was pulled to come back.
 */
export function PinPanel({ view, question, profile, isBusy, onPin, onLater }: Props) {
  const { t } = useText();
  const askPin = useAskPin();
  const isPlugged = useWindow(({ tokens }) => tokens?.tokens.some(({ id }) => id === view.token) ?? true);
  const { token, tokenLabel } = view;
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
          {t('window.renewal.later')}
        </Button>
      </div>
    </Panel>
  );
}
