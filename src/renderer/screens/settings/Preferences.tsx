import { Segmented, Select, Switch } from 'antd';
import { useId, type ReactNode } from 'react';
import type { MethodInput } from '../../../contract/methods.ts';
import type { ApplicationView } from '../../../contract/views/application-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';

const THEMES = ['system', 'light', 'dark'] as const;
/** Each in its own language, so that it is found by who reads only that one. */
const LOCALES = [
  { value: 'zh-CN', label: '简体中文' },
  { value: 'en', label: 'English' },
] as const;

/** What was changed is kept at once; the application tells the new state. */
export function Preferences({ application }: { readonly application: ApplicationView }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const profiles = useWindow((state) => state.profiles);
  const { settings, capabilities } = application;
  const change = (values: MethodInput<'settings.change'>) => void call('settings.change', values);
  return (
    <Card title={t('window.settings.preferences')}>
      {error !== null && <ErrorNote error={error} />}
      <Setting title={t('window.settings.reminders')} note={t('window.settings.reminders.note')}>
        {(ids) => (
          <Switch
            {...ids}
            checked={settings.reminders}
            disabled={isBusy}
            onChange={(reminders) => change({ reminders })}
          />
        )}
      </Setting>
      {capabilities.autostart && (
        <Setting title={t('window.settings.autostart')} note={t('window.settings.autostart.note')}>
          {(ids) => (
            <Switch
              {...ids}
              checked={settings.autostart}
              disabled={isBusy}
              onChange={(autostart) => change({ autostart })}
            />
          )}
        </Setting>
      )}
      <Setting title={t('window.settings.theme')}>
        {(ids) => (
          <Segmented
            {...ids}
            value={settings.theme}
            disabled={isBusy}
            options={THEMES.map((theme) => ({ value: theme, label: t(`window.settings.theme.${theme}`) }))}
            onChange={(theme) => change({ theme })}
          />
        )}
      </Setting>
      <Setting title={t('window.settings.language')} note={t('window.settings.language.note')}>
        {(ids) => (
          <Segmented
            {...ids}
            value={settings.locale}
            disabled={isBusy}
            options={[...LOCALES]}
            onChange={(locale) => change({ locale })}
          />
        )}
      </Setting>
      <Setting title={t('window.settings.profile')} note={t('window.settings.profile.note')}>
        {(ids) => (
          <Select
            {...ids}
            className="setting-select"
            value={settings.profile ?? ''}
            disabled={isBusy}
            options={[
              { value: '', label: t('window.settings.profile.ask') },
              ...profiles.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(profile) => change({ profile: profile === '' ? null : profile })}
          />
        )}
      </Setting>
    </Card>
  );
}

interface SettingIds {
  readonly 'aria-labelledby': string;
}

interface SettingProps {
  readonly title: string;
  readonly note?: string;
  readonly children: (ids: SettingIds) => ReactNode;
}

function Setting({ title, note, children }: SettingProps) {
  const id = useId();
  return (
    <div className="setting">
      <div>
        <p id={id} className="setting-title">
          {title}
        </p>
        {note !== undefined && <p className="muted">{note}</p>}
      </div>
      {children({ 'aria-labelledby': id })}
    </div>
  );
}
