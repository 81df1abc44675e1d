import { useEffect, useRef } from 'react';
import type { AccompanyView } from '../../../contract/views/accompany-views.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate, useRoute, type RouteParameters } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useNamedCertificate, useProfile, useWindow } from '../../state/use-window.ts';
import { caTerm } from '../renewal/ca-term.ts';
import { Callout } from '../renewal/Callout.tsx';
import { ConfirmPanel } from '../renewal/ConfirmPanel.tsx';
import { Following } from './Following.tsx';
import '../renewal/renewal.css';
import './accompany.css';

/** `#/accompany?token=…&certificate=…` begins, `#/accompany?id=…` goes on, `#/accompany` shows the one under way. */
export function AccompanyScreen() {
  const { t } = useText();
  const { parameters } = useRoute();
  const view = useWindow(({ accompaniment }) => accompaniment);
  const hasRead = useWindow((state) => state.hasRead);
  const profile = useProfile(view?.profile);
  if (!hasRead && view === null) return null;
  const isShown = view !== null && isMeant(view, parameters);
  return (
    <Page
      title={t('window.services.renew.accompanied', { renew: caTerm(profile, 'renew') })}
      lead={t('window.services.renew.accompanied.hint')}
    >
      {isShown && <Following key={view.session} view={view} profile={profile} />}
      {!isShown && parameters['id'] !== undefined && <GoingOn id={parameters['id']} />}
      {!isShown && parameters['id'] === undefined && <Beginning parameters={parameters} />}
    </Page>
  );
}

function isMeant(view: AccompanyView, { id, token, certificate }: RouteParameters): boolean {
  if (id !== undefined) return view.id === id;
  if (token !== undefined) return view.token === token && view.certificate?.sha256 === certificate;
  return true;
}

function Beginning({ parameters }: { readonly parameters: RouteParameters }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const { token, certificate, profile } = useNamedCertificate(parameters);
  if (token === null || certificate === null) {
    return (
      <Callout tone="info" title={t('window.renewal.plugIn')}>
        {t('window.renewal.plugIn.hint')}
      </Callout>
    );
  }
  return (
    <>
      {error !== null && <ErrorNote error={error} profile={profile} />}
      <ConfirmPanel
        token={token}
        certificate={certificate}
        profile={profile}
        ahead={t('window.accompany.ahead')}
        isBusy={isBusy}
        onStart={() => void call('accompany.start', { token: token.id, certificate: certificate.sha256 })}
        onLeave={() => navigate('services')}
      />
    </>
  );
}

/** The person pressed 继续 elsewhere, so nothing is asked again here. */
function GoingOn({ id }: { readonly id: string }) {
  const { t } = useText();
  const { call, error } = useCall();
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    void call('accompany.resume', { id });
  }, [call, id]);
  return error === null ? <p role="status">{t('window.renewal.opening')}</p> : <ErrorNote error={error} />;
}
