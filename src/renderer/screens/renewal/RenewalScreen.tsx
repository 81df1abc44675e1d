import { useEffect, useRef } from 'react';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate, useRoute, type RouteParameters } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useNamedCertificate, useWindow } from '../../state/use-window.ts';
import { caTerm } from './ca-term.ts';
import { Callout } from './Callout.tsx';
import { ConfirmPanel } from './ConfirmPanel.tsx';
import { StageBar } from './StageBar.tsx';
import { Wizard } from './Wizard.tsx';
import './renewal.css';

/**
 * `#/renewal?token=…&certificate=…` begins, `#/renewal?renewal=…` goes on with one that stopped, `#/renewal` shows
 * the one under way. What is under way is the application's to say, so a reload goes on where it was.
 */
export function RenewalScreen() {
  const { parameters } = useRoute();
  const view = useWindow(({ renewal }) => renewal);
  const hasRead = useWindow((state) => state.hasRead);
  if (view !== null && isMeant(view, parameters)) return <Wizard key={view.session} view={view} />;
  if (!hasRead) return null;
  return parameters['renewal'] === undefined ? (
    <Beginning parameters={parameters} />
  ) : (
    <GoingOn renewal={parameters['renewal']} />
  );
}

/** One that runs is shown whatever was asked for: there is only one at a time. */
function isMeant(view: RenewalView, { token, certificate, renewal }: RouteParameters): boolean {
  if (view.outcome === null) return true;
  if (renewal !== undefined) return view.renewal === renewal;
  if (token !== undefined) return view.token === token && view.certificate === certificate;
  return true;
}

function Beginning({ parameters }: { readonly parameters: RouteParameters }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const { token, certificate, profile } = useNamedCertificate(parameters);
  return (
    <Page title={t('window.renewal.title', { renew: caTerm(profile, 'renew') })}>
      <StageBar stage="confirm" />
      {error !== null && <ErrorNote error={error} profile={profile} />}
      {token === null || certificate === null ? (
        <Callout tone="info" title={t('window.renewal.plugIn')}>
          {t('window.renewal.plugIn.hint')}
        </Callout>
      ) : (
        <ConfirmPanel
          token={token}
          certificate={certificate}
          profile={profile}
          ahead={t('window.renewal.confirm.ahead', { days: profile.review?.workingDays ?? null })}
          isBusy={isBusy}
          onStart={() => void call('renewal.start', { token: token.id, certificate: certificate.sha256 })}
          onLeave={() => navigate('services')}
        />
      )}
    </Page>
  );
}

/** The person pressed 继续 or 立即更新 elsewhere, so nothing is asked again here. */
function GoingOn({ renewal }: { readonly renewal: string }) {
  const { t } = useText();
  const { call, error } = useCall();
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    void call('renewal.resume', { renewal });
  }, [call, renewal]);
  return (
    <Page title={t('window.renewal.resume')}>
      {error === null ? (
        <p role="status" className="muted">
          {t('window.renewal.opening')}
        </p>
      ) : (
        <ErrorNote error={error}>
          <button type="button" className="link" onClick={() => void call('renewal.resume', { renewal })}>
            {t('window.renewal.resume')}
          </button>
          <button type="button" className="link" onClick={() => navigate('services')}>
            {t('window.renewal.leave')}
          </button>
        </ErrorNote>
      )}
    </Page>
  );
}
