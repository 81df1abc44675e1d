import { Button, Input, Segmented } from 'antd';
import { useId, useState, type SubmitEvent } from 'react';
import type { Answer } from '../../../contract/methods.ts';
import type { DriverView } from '../../../contract/views/application-views.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';

const KINDS = ['skf', 'pkcs11', 'software'] as const;

/** For a driver that is not where drivers are looked for; support says path and kind. */
export function AddDriver({ onAdded }: { readonly onAdded: (answer: Answer<DriverView[]>) => void }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('skf');
  const [module, setModule] = useState('');
  const id = useId();
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    const answer = await call('driver.add', { kind, module: module.trim() });
    if (!answer.ok) return;
    setModule('');
    onAdded(answer);
  };
  return (
    <details className="technical">
      <summary>{t('window.drivers.add')}</summary>
      <form className="stack-tight" onSubmit={(event) => void add(event)}>
        <p className="muted">{t('window.drivers.add.note')}</p>
        <Segmented
          aria-label={t('window.drivers.kind')}
          value={kind}
          options={KINDS.map((value) => ({ value, label: t(`window.drivers.kind.${value}`) }))}
          onChange={setKind}
        />
        <label htmlFor={id}>{t('window.drivers.path')}</label>
        <Input
          id={id}
          value={module}
          autoComplete="off"
          spellCheck={false}
          placeholder={t('window.drivers.path.example')}
          onChange={(event) => setModule(event.target.value)}
        />
        {error !== null && <ErrorNote error={error} />}
        <div>
          <Button htmlType="submit" loading={isBusy} disabled={module.trim() === ''}>
            {t('window.drivers.add.button')}
          </Button>
        </div>
      </form>
    </details>
  );
}
