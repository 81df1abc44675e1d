import { useEffect } from 'react';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useRoute } from '../../router/route.ts';
import { useWindow } from '../../state/use-window.ts';
import { DataFolder } from './DataFolder.tsx';
import { Drivers } from './Drivers.tsx';
import { Openings } from './Openings.tsx';
import { Preferences } from './Preferences.tsx';
import './settings.css';

/** `part=drivers`: begins there. */
export function SettingsScreen() {
  const { t } = useText();
  const { parameters } = useRoute();
  const application = useWindow((state) => state.application);
  const part = parameters['part'];
  useEffect(() => {
    if (part === undefined) return;
    const target = document.getElementById(part);
    target?.scrollIntoView();
    target?.focus({ preventScroll: true });
  }, [part]);
  return (
    <Page title={t('window.nav.settings')}>
      {application !== null && (
        <>
          <Preferences application={application} />
          <div id="drivers" tabIndex={-1}>
            <Drivers />
          </div>
          <Openings />
          <DataFolder application={application} />
        </>
      )}
    </Page>
  );
}
