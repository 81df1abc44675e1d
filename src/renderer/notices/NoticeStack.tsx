import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { NoticeView } from '../../contract/views/notice-views.ts';
import type { NoticeAction } from '../../core/notice/notice.ts';
import { CloseButton } from '../components/CloseButton.tsx';
import { useText } from '../i18n/use-text.ts';
import { navigate, useRoute } from '../router/route.ts';
import { useAssistant, useWindow } from '../state/use-window.ts';
import { noticeDestination } from './notice-destination.ts';
import { isPassing, PASSING_MS } from './passing.ts';
import './notices.css';

/** Bottom right: what happened and what falls due, with buttons. Also goes where a notice answered outside leads. */
export function NoticeStack() {
  const { t } = useText();
  const { client, store } = useAssistant();
  const { screen } = useRoute();
  const isInWizard = screen === 'renewal' || screen === 'accompany';
  const notices = useWindow((state) => state.notices).filter(({ kind }) => !isInWizard || OF_KEYS.has(kind));

  useEffect(
    () =>
      client.onEvent((event) => {
        if (event.event !== 'notice.chosen') return;
        follow(event.data.notice, event.data.action as NoticeAction);
      }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `follow` reads the store anew each time
    [client, store],
  );

  function follow(notice: NoticeView, action: NoticeAction) {
    const destination = noticeDestination(notice, action, store.getState().tokens?.tokens ?? []);
    if (destination !== null) navigate(...destination);
  }

  const answer = (notice: NoticeView, action: NoticeAction | 'close') => {
    void client.call('notice.answer', { notice: notice.id, action });
    if (action !== 'close') follow(notice, action);
  };

  return (
    <section className="notices" aria-label={t('window.notices')} aria-live="polite">
      {notices.slice(-SHOWN).map((notice) => (
        <Notice key={notice.id} notice={notice} onAnswer={(action) => answer(notice, action)} />
      ))}
    </section>
  );
}

/** While somebody renews, reminders to renew only cover what they read; they are there again afterwards. */
const OF_KEYS: ReadonlySet<NoticeView['kind']> = new Set<NoticeView['kind']>([
  'tokenInserted',
  'tokenRemoved',
  'pinAttempts',
  'pinLocked',
]);

/** More would cover the screen; the others come as these are answered. */
const SHOWN = 3;

interface NoticeProps {
  readonly notice: NoticeView;
  readonly onAnswer: (action: NoticeAction | 'close') => void;
}

function Notice({ notice, onAnswer }: NoticeProps) {
  const { t } = useText();
  const { text, parameters, actions } = notice;
  const [isHeld, setHeld] = useState(false);
  const answer = useRef(onAnswer);
  useEffect(() => {
    answer.current = onAnswer;
  });
  const isGoing = isPassing(notice) && !isHeld;
  useEffect(() => {
    if (!isGoing) return;
    const timer = setTimeout(() => answer.current('close'), PASSING_MS);
    return () => clearTimeout(timer);
  }, [isGoing]);
  return (
    <article
      className="notice"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p>{t(`notice.${text}`, parameters)}</p>
      <span className="notice-close">
        <CloseButton onClick={() => onAnswer(actions.includes('later') ? 'later' : 'close')} />
      </span>
      {actions.length > 0 && (
        <div className="row">
          {actions.map((action, index) => (
            <Button
              key={action}
              size="small"
              color={index === 0 ? 'primary' : 'default'}
              variant={index === 0 ? 'filled' : 'outlined'}
              onClick={() => onAnswer(action)}
            >
              {t(`notice.action.${action}`)}
            </Button>
          ))}
        </div>
      )}
    </article>
  );
}
