import type { ReactNode } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { useText } from '../../i18n/use-text.ts';

/** Certificates and seals may have different hotlines. */
export function Contact({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { hotline, sealHotline, others } = profile.contact;
  const isSilent = hotline === null && sealHotline === null && others.length === 0;
  const ways = [
    ...(hotline === null ? [] : [{ label: t('window.help.hotline'), value: hotline }]),
    ...(sealHotline === null ? [] : [{ label: t('window.help.sealHotline'), value: sealHotline }]),
  ];
  return (
    <Card title={t('window.help.contact')}>
      {isSilent && (
        <p>
          {t(profile.authority.name === null ? 'window.help.contact.none' : 'window.help.contact.silent')}
        </p>
      )}
      <dl className="facts">
        {ways.map(({ label, value }) => (
          <Way key={label} label={label}>
            <strong className="help-phone">
              <CopyText value={value} what={label} />
            </strong>
          </Way>
        ))}
        {others.map(({ label, value }) => (
          <Way key={`${label} ${value}`} label={label}>
            <CopyText value={value} what={label} />
          </Way>
        ))}
      </dl>
    </Card>
  );
}

function Way({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
