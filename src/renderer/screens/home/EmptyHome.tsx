import { useEffect, useState } from 'react';
import { Button } from 'antd';
import type { TokenSnapshot } from '../../../contract/views/token-views.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText, type Words } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';

/** Long enough for a key that is being read, short enough for a person who waits. */
const PATIENCE_MS = 6000;

export function EmptyHome({ away }: { readonly away: TokenSnapshot['away'] }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const hasWaited = useHasPassed(PATIENCE_MS);
  const isPractice = useWindow(({ application }) => application?.practice.isOn ?? false);
  const [last] = away;
  const examine = async () => {
    await call('environment.check', {});
    navigate('environment');
  };
  return (
    <section className="card empty-home" aria-label={t('window.home.plugIn')}>
      <KeyDrawing />
      <h2>{t('window.home.plugIn')}</h2>
      <p className="muted">{t('window.home.plugIn.next')}</p>
      <div className="empty-home-help" role="status">
        {hasWaited && <Button onClick={() => void examine()}>{t('window.home.noReaction')}</Button>}
      </div>
      {last !== undefined && (
        <p className="muted">
          {t('window.home.lastSeen', { name: last.commonName ?? last.tokenLabel })}{' '}
          <strong className={last.daysLeft < 0 ? 'text-problem' : 'text-warning'}>
            {lastSeenWords(last, t)}
          </strong>
        </p>
      )}
      {!isPractice && (
        <button
          type="button"
          className="link"
          disabled={isBusy}
          onClick={() => void call('practice.start', {})}
        >
          {t('window.home.practice')}
        </button>
      )}
      {error !== null && <ErrorNote error={error} />}
    </section>
  );
}

function lastSeenWords({ daysLeft, notAfter }: TokenSnapshot['away'][number], t: Words['t']): string {
  if (daysLeft < 0) return t('window.home.lastSeen.ended', { day: beijingDay(notAfter) });
  return daysLeft === 0 ? t('window.ring.endsToday') : t('window.home.lastSeen.ends', { days: daysLeft });
}

function useHasPassed(ms: number): boolean {
  const [hasPassed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return hasPassed;
}

function KeyDrawing() {
  return (
    <svg className="empty-home-key" width="48" height="92" viewBox="0 0 48 92" aria-hidden="true">
      <rect x="12" y="2" width="24" height="26" />
      <path d="M20 12v5M28 12v5" />
      <rect className="empty-home-body" x="4" y="28" width="40" height="60" rx="10" />
    </svg>
  );
}
