import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';
import { PortalLinks } from './PortalLinks.tsx';
import { portalsFor, renewalWay } from './services-model.ts';

interface Props {
  /** The key the certificate goes onto; it may be blank. */
  readonly token: TokenCard | null;
  readonly profile: Profile;
}

/** 下载证书 by 业务受理号; the 授权码 is asked for in the wizard. */
export function DownloadService({ token, profile }: Props) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const application = useWindow((state) => state.application);
  const online = useWindow(({ profiles }) => profiles).filter(
    (each) => renewalWay(each, application) === 'online',
  );
  const [isOpen, setOpen] = useState(false);
  const isOffered = online.some(({ id }) => id === profile.id) || token?.certificates.length === 0;
  const portals = portalsFor(profile, 'download');
  if (!isOffered && portals.length === 0) return null;

  const begin = async (values: { readonly reference: string; readonly profile: string }) => {
    if (token === null) return;
    const { reference } = values;
    const begun = await call('renewal.enrol', {
      token: token.id,
      reference: reference.trim(),
      profile: values.profile,
      gateway: null,
    });
    if (begun.ok) navigate('renewal');
  };
  const name = profile.download?.number ?? t('window.services.reference');
  return (
    <Card title={t('window.services.download')}>
      <div className="stack">
        <div className="service">
          <p className="muted">
            {t('window.services.download.hint', {
              number: name,
              code: profile.download?.code ?? t('window.services.code'),
            })}
          </p>
          {isOffered && online.length > 0 && !isOpen && (
            <Button disabled={token === null} onClick={() => setOpen(true)}>
              {t('window.services.download')}
            </Button>
          )}
        </div>
        <PortalLinks portals={portals} profile={profile} />
        {error !== null && <ErrorNote error={error} profile={profile} />}
        {isOpen && (
          <Form<{ reference: string; profile: string }>
            layout="vertical"
            className="form"
            disabled={isBusy}
            requiredMark={false}
            initialValues={{ profile: online.find(({ id }) => id === profile.id)?.id ?? online[0]?.id }}
            onFinish={(values) => void begin(values)}
          >
            {online.length > 1 && (
              <Form.Item name="profile" label={t('window.services.ca')}>
                <Select options={online.map(({ id, name: label }) => ({ value: id, label }))} />
              </Form.Item>
            )}
            {online.length === 1 && (
              <Form.Item name="profile" hidden>
                <Input />
              </Form.Item>
            )}
            <Form.Item
              name="reference"
              label={name}
              rules={[
                {
                  required: true,
                  whitespace: true,
                  message: t('window.renewal.form.required', { label: name }),
                },
              ]}
            >
              <Input maxLength={100} autoComplete="off" autoFocus />
            </Form.Item>
            <Button type="primary" htmlType="submit">
              {t('window.renewal.next')}
            </Button>
          </Form>
        )}
      </div>
    </Card>
  );
}
