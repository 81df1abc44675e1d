import { Radio } from 'antd';
import { useState } from 'react';
import { NEUTRAL_PROFILE } from '../../../contract/shipped-profiles.ts';
import { Card } from '../../components/Card.tsx';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute, useRoute } from '../../router/route.ts';
import { useProfile, useWindow } from '../../state/use-window.ts';
import { Callout } from '../renewal/Callout.tsx';
import { ChoiceCard } from '../renewal/ChoiceCard.tsx';
import { DownloadService } from './DownloadService.tsx';
import { OpenAccompaniments } from './OpenAccompaniments.tsx';
import { MoreServices } from './MoreServices.tsx';
import { ProgressService } from './ProgressService.tsx';
import { RenewService } from './RenewService.tsx';
import { holdersOf, type Holder } from './services-model.ts';
import '../renewal/renewal.css';
import './services.css';

/** 证书办理: everything the CA of the chosen certificate offers. */
export function ServicesScreen() {
  const { t } = useText();
  const { parameters } = useRoute();
  const tokens = useWindow((state) => state.tokens);
  const running = useWindow(({ renewal }) => renewal !== null && renewal.outcome === null);
  const holders = holdersOf(tokens);
  const [chosen, choose] = useState(parameters['certificate'] ?? null);
  const holder = holders.find(({ certificate }) => certificate.sha256 === chosen) ?? holders[0] ?? null;
  const profile = useProfile(holder?.certificate.profile ?? NEUTRAL_PROFILE.id);
  const token = holder?.token ?? tokens?.tokens[0] ?? null;
  return (
    <Page title={t('window.nav.services')} lead={t('window.services.lead')}>
      {running && (
        <Callout tone="info" title={t('window.services.running')}>
          <a href={formatRoute('renewal')}>{t('window.services.goOn')}</a>
        </Callout>
      )}
      {holders.length > 1 && <HolderChoice holders={holders} chosen={holder} onChoose={choose} />}
      {holder === null ? (
        <Card title={t('window.services.noKey')}>
          <p className="muted">{t('window.services.noKey.hint')}</p>
        </Card>
      ) : (
        <RenewService holder={holder} profile={profile} />
      )}
      <OpenAccompaniments />
      <ProgressService profile={profile} />
      <DownloadService key={token?.id} token={token} profile={profile} />
      <MoreServices holder={holder} profile={profile} />
    </Page>
  );
}

interface HolderChoiceProps {
  readonly holders: readonly Holder[];
  readonly chosen: Holder | null;
  readonly onChoose: (certificate: string) => void;
}

function HolderChoice({ holders, chosen, onChoose }: HolderChoiceProps) {
  const { t } = useText();
  return (
    <Card title={t('window.services.which')}>
      <Radio.Group
        className="choices"
        aria-label={t('window.services.which')}
        value={chosen?.certificate.sha256}
        onChange={(event) => onChoose(event.target.value as string)}
      >
        {holders.map(({ token, certificate }) => (
          <ChoiceCard
            key={certificate.sha256}
            value={certificate.sha256}
            isChosen={certificate.sha256 === chosen?.certificate.sha256}
          >
            {t('window.services.holder', {
              name: certificate.commonName ?? certificate.subject,
              token: token.label,
              until: certificate.notAfter,
            })}
          </ChoiceCard>
        ))}
      </Radio.Group>
    </Card>
  );
}
