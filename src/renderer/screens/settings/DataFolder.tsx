import { Button } from 'antd';
import type { ApplicationView } from '../../../contract/views/application-views.ts';
import { Card } from '../../components/Card.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';

export function DataFolder({ application }: { readonly application: ApplicationView }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const { dataFolder, logFile, capabilities, practice } = application;
  return (
    <Card title={t('window.data')}>
      <div className="stack">
        <p className="muted">{t('window.data.about')}</p>
        <dl className="facts">
          <dt>{t('window.data.folder')}</dt>
          <dd>
            <CopyText value={dataFolder} what={t('window.data.folder')} />
          </dd>
          {logFile !== null && (
            <>
              <dt>{t('window.data.log')}</dt>
              <dd>
                <CopyText value={logFile} what={t('window.data.log')} />
              </dd>
            </>
          )}
        </dl>
        {error !== null && <ErrorNote error={error} />}
        <div className="row">
          {capabilities.openFolder && (
            <>
              <Button disabled={isBusy} onClick={() => void call('folder.open', { which: 'data' })}>
                {t('window.data.open')}
              </Button>
              <Button disabled={isBusy} onClick={() => void call('folder.open', { which: 'log' })}>
                {t('window.data.openLog')}
              </Button>
            </>
          )}
          {!practice.isOn && (
            <button
              type="button"
              className="link"
              disabled={isBusy}
              onClick={() => void call('practice.start', {})}
            >
              {t('window.home.practice')}
            </button>
          )}
        </div>
      </div>
    </Card>
  );
}
