import { Select } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate, useRoute } from '../../router/route.ts';
import { useShownProfile } from '../../state/shown-profile.ts';
import { useWindow } from '../../state/use-window.ts';
import { Components } from './Components.tsx';
import { Contact } from './Contact.tsx';
import { Guidance } from './Guidance.tsx';
import { Office } from './Office.tsx';
import { Portals } from './Portals.tsx';
import { Questions } from './Questions.tsx';
import './help.css';

/** What a CA tells its customers. `profile=…`: of that one; `part=contact|office|portals|components`: begins there. */
export function HelpScreen() {
  const { t } = useText();
  const { parameters } = useRoute();
  const profiles = useWindow((state) => state.profiles);
  const shown = useShownProfile();
  const profile = profiles.find(({ id }) => id === parameters['profile']) ?? shown;
  const part = parameters['part'];
  useEffect(() => {
    if (part === undefined) return;
    const target = document.getElementById(part);
    target?.scrollIntoView();
    target?.focus({ preventScroll: true });
  }, [part, profile]);
  return (
    <Page
      title={t('window.nav.help')}
      lead={t('window.help.lead', { name: profile.name })}
      actions={
        <Select
          aria-label={t('window.help.choose')}
          className="help-choice"
          value={profile.id}
          options={profiles.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => navigate('help', { profile: id, ...(part === undefined ? {} : { part }) })}
        />
      }
    >
      <Part id="contact">
        <Contact profile={profile} />
      </Part>
      <Part id="office">
        <Office profile={profile} />
      </Part>
      <Part id="portals">
        <Portals profile={profile} />
      </Part>
      <Part id="components">
        <Components profile={profile} />
      </Part>
      <Guidance profile={profile} />
      <Questions profile={profile} />
    </Page>
  );
}

function Part({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <div id={id} tabIndex={-1} className="help-part">
      {children}
    </div>
  );
}
