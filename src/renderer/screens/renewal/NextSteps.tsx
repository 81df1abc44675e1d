import type { Profile } from '../../../core/profile/profile.ts';
import { useText } from '../../i18n/use-text.ts';
import { StepMark } from './StepMark.tsx';
import type { Replug } from './use-replug.ts';

interface Props {
  readonly profile: Profile;
  /** `practice`: the practice key cannot be pulled. */
  readonly replug: Replug | 'practice';
  /** An earlier certificate is known at the portals. */
  readonly hadCertificate: boolean;
}

/** What only the person can do: pull and plug, seal, bind at the portals, their own seal test. */
export function NextSteps({ profile, replug, hadCertificate }: Props) {
  const { t } = useText();
  const phone = profile.contact.sealHotline ?? profile.contact.hotline;
  return (
    <ol className="lines">
      <li>
        <StepMark state={replug === 'seen' ? 'done' : 'current'} number={1} look="soft" />
        <span className="line-name">{t('window.renewal.next.replug')}</span>
        <span className="muted" role="status">
          {t(`window.renewal.next.replug.${replug}`)}
        </span>
      </li>
      <li>
        <StepMark state="current" number={2} look="soft" />
        <span className="line-name">{t('window.renewal.next.seal')}</span>
        <span className="muted">{t('window.renewal.next.seal.hint', { phone })}</span>
      </li>
      {hadCertificate && (
        <li>
          <StepMark state="current" number={3} look="soft" />
          <span className="line-name">{t('window.renewal.next.bind')}</span>
          <span className="muted">{t('window.renewal.next.bind.hint')}</span>
        </li>
      )}
      <li>
        <StepMark state="current" number={hadCertificate ? 4 : 3} look="soft" />
        <span className="line-name">{t('window.renewal.next.portal')}</span>
        <span className="muted">
          {profile.success.includes('businessLogin') && t('window.renewal.next.login')}
        </span>
      </li>
    </ol>
  );
}
