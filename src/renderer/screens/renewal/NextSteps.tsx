import type { RenewalOutcome } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { portalSerial } from '../../../core/profile/serial.ts';
import { CopyText } from '../../components/CopyText.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { StepMark } from './StepMark.tsx';
import type { Replug } from './use-replug.ts';

interface Props {
  readonly profile: Profile;
  /** `practice`: the practice key cannot be pulled. */
  readonly replug: Replug | 'practice';
  /** Even-length hex; null: no earlier certificate is known at the portals. */
  readonly oldSerial: string | null;
  readonly newSerial: string;
  /** The key to test. */
  readonly token: string;
  /** What became of it; null: there was none, or it was not looked at. */
  readonly seal?: Extract<RenewalOutcome, { kind: 'done' }>['seal'];
}

/** What only the person can do: pull and plug, seal, bind at the portals, their own seal test. */
export function NextSteps({ profile, replug, oldSerial, newSerial, token, seal = null }: Props) {
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
        <StepMark state={seal?.state === 'written' ? 'done' : 'current'} number={2} look="soft" />
        <span className="line-name">{t('window.renewal.next.seal')}</span>
        <span className="muted">
          {seal === null
            ? t('window.renewal.next.seal.hint', { phone })
            : t(`window.renewal.next.seal.${seal.state}`, { ...seal, phone })}
        </span>
        <a href={formatRoute('seal', { token })}>{t('window.renewal.next.selfTest')}</a>
      </li>
      <li>
        <StepMark state="current" number={3} look="soft" />
        <span className="line-name">{t('window.renewal.next.bind')}</span>
        <span className="serials">
          {oldSerial !== null && <Serial name="oldSerial" value={portalSerial(oldSerial, profile.serial)} />}
          <Serial name="newSerial" value={portalSerial(newSerial, profile.serial)} />
        </span>
      </li>
      <li>
        <StepMark state="current" number={4} look="soft" />
        <span className="line-name">{t('window.renewal.next.portal')}</span>
        {profile.success.includes('businessLogin') && (
          <span className="muted">{t('window.renewal.next.login')}</span>
        )}
      </li>
    </ol>
  );
}

function Serial({ name, value }: { readonly name: 'oldSerial' | 'newSerial'; readonly value: string }) {
  const { t } = useText();
  return (
    <span>
      <span className="muted">{t(`window.renewal.done.${name}`)}</span>{' '}
      <CopyText value={value} what={t(`window.renewal.done.${name}`)} />
    </span>
  );
}
