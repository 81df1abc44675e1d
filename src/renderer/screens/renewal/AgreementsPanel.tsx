import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import type { RenewalQuestion } from '../../../contract/views/renewal-views.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Panel } from './Panel.tsx';

interface Props {
  readonly question: Extract<RenewalQuestion, { kind: 'agreements' }>;
  readonly isBusy: boolean;
  readonly onAgree: () => void;
  readonly onLater: () => void;
}

/** The CA's agreements, each to be read in full, none ticked beforehand. */
export function AgreementsPanel({ question, isBusy, onAgree, onLater }: Props) {
  const { t } = useText();
  const [isTicked, setTicked] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const shown = question.agreements.find(({ id }) => id === open);
  return (
    <Panel title={t('window.renewal.agreements.title')} hint={t('window.renewal.agreements.hint')}>
      <div className="row">
        <Checkbox checked={isTicked} onChange={(event) => setTicked(event.target.checked)}>
          {t('window.renewal.agreements.tick')}
        </Checkbox>
        {question.agreements.map(({ id, title }) => (
          <button type="button" className="link" key={id} onClick={() => setOpen(id)}>
            {t('window.renewal.agreements.name', { title: title.replace(/^《|》$/g, '') })}
          </button>
        ))}
      </div>
      <div className="actions">
        <Button type="primary" disabled={!isTicked || isBusy} onClick={onAgree}>
          {t('window.renewal.next')}
        </Button>
        <Button disabled={isBusy} onClick={onLater}>
          {t('window.renewal.later')}
        </Button>
      </div>
      {shown !== undefined && (
        <Dialog wide title={shown.title} onClose={() => setOpen(null)}>
          <div className="agreement-text" tabIndex={0} role="document" aria-label={shown.title}>
            {shown.text}
          </div>
        </Dialog>
      )}
    </Panel>
  );
}
