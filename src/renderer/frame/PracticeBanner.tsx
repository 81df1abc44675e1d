import { ErrorNote } from '../components/ErrorNote.tsx';
import { useText } from '../i18n/use-text.ts';
import { navigate } from '../router/route.ts';
import { useCall } from '../state/use-call.ts';
import { useWindow } from '../state/use-window.ts';

/** Says all the time that nothing here is real. */
export function PracticeBanner() {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const practice = useWindow(({ application }) => application?.practice);
  if (practice?.isOn !== true) return null;
  const end = () => {
    void call('practice.end', {}).then(({ ok }) => ok && navigate('home'));
  };
  return (
    <div className="practice" role="region" aria-label={t('window.practice')}>
      <p>
        <strong>{t('window.practice')}</strong> {t('window.practice.about')}
        {practice.pin !== null && <> {t('window.pin.practice', { pin: practice.pin })}</>}
      </p>
      <button type="button" className="link" disabled={isBusy} onClick={end}>
        {t('window.practice.end')}
      </button>
      {error !== null && <ErrorNote error={error} />}
    </div>
  );
}
