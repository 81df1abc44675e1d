import { Button } from 'antd';
import type { CaOffice } from '../../../core/profile/guidance.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { useText } from '../../i18n/use-text.ts';

/** 线下办理: the one thing of this screen that is printed. */
export function Office({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { office, contact } = profile;
  if (office === null) {
    return (
      <Card title={t('window.office')}>
        <p className="muted">{t('window.office.none', { phone: contact.hotline })}</p>
      </Card>
    );
  }
  return (
    <div className="printed">
      <Card
        title={t('window.office')}
        aside={
          <span className="unprinted office-print">
            <Button size="small" onClick={() => window.print()}>
              {t('window.office.print')}
            </Button>
          </span>
        }
      >
        <div className="stack">
          <p>{office.when}</p>
          <Place office={office} hotline={contact.hotline} />
          {office.parcel !== null && <Parcel parcel={office.parcel} />}
          {office.otherwise !== null && <p>{office.otherwise}</p>}
        </div>
      </Card>
    </div>
  );
}

function Place({ office, hotline }: { readonly office: CaOffice; readonly hotline: string | null }) {
  const { t } = useText();
  const { name, address, hours, bring } = office;
  return (
    <dl className="facts">
      <dt>{t('window.office.name')}</dt>
      <dd>
        <strong>{name}</strong>
      </dd>
      <dt>{t('window.office.address')}</dt>
      <dd>
        <CopyText value={address} what={t('window.office.address')} />
      </dd>
      {hours !== null && (
        <>
          <dt>{t('window.office.hours')}</dt>
          <dd>{hours}</dd>
        </>
      )}
      {bring.length > 0 && (
        <>
          <dt>{t('window.office.bring')}</dt>
          <dd>{bring.join('、')}</dd>
        </>
      )}
      {hotline !== null && (
        <>
          <dt>{t('window.help.hotline')}</dt>
          <dd className="number">{hotline}</dd>
        </>
      )}
    </dl>
  );
}

function Parcel({ parcel }: { readonly parcel: NonNullable<CaOffice['parcel']> }) {
  const { t } = useText();
  const { recipient, address, phone, enclose, slip, turnaround } = parcel;
  return (
    <section className="stack-tight" aria-label={t('window.office.parcel')}>
      <h3>{t('window.office.parcel')}</h3>
      <dl className="facts">
        <dt>{t('window.office.recipient')}</dt>
        <dd>
          {recipient} <span className="number">{phone}</span>
        </dd>
        <dt>{t('window.office.address')}</dt>
        <dd>{address}</dd>
        {enclose.length > 0 && (
          <>
            <dt>{t('window.office.enclose')}</dt>
            <dd>{enclose.join('、')}</dd>
          </>
        )}
      </dl>
      {slip.length > 0 && (
        <div className="office-slip">
          <p>{t('window.office.slip')}</p>
          <ul className="plain-list">
            {slip.map((line) => (
              <li key={line}>
                {line}
                <span className="office-blank" aria-hidden="true" />
              </li>
            ))}
          </ul>
        </div>
      )}
      {turnaround !== null && <p>{turnaround}</p>}
    </section>
  );
}
