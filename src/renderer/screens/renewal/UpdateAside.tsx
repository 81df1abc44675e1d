import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { Callout } from './Callout.tsx';

/** What not to do while the key is written, and what to do should it stop all the same. */
export function UpdateAside({ view, profile }: { readonly view: RenewalView; readonly profile: Profile }) {
  const { t } = useText();
  return (
    <div className="stack">
      <Callout tone="warning" title={t('window.renewal.keepIn.title')}>
        {profile.prompts.writing !== null && <p>{profile.prompts.writing}</p>}
        <p>{t('window.renewal.keepIn', { phone: profile.contact.hotline })}</p>
      </Callout>
      <Card>
        <dl className="facts">
          {view.before !== null && (
            <>
              <dt>{t('window.renewal.oldEnd')}</dt>
              <dd className="number">{beijingDay(view.before.notAfter)}</dd>
              <dt>{t('window.renewal.newEnd')}</dt>
              <dd className="muted">{t('window.renewal.newEnd.later')}</dd>
            </>
          )}
          <dt>{t('window.renewal.pin')}</dt>
          <dd>{t('window.renewal.pin.same')}</dd>
        </dl>
      </Card>
    </div>
  );
}
