import { Button } from 'antd';
import { useEffect, useId, useRef, useState, type SubmitEvent } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { useText } from '../../i18n/use-text.ts';
import { Panel } from './Panel.tsx';

interface Props {
  readonly reference: string;
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onCode: (code: string) => void;
  readonly onLater: () => void;
}

/** 授权码 of a first issue: a secret, so it stays in the field and nowhere else and is cleared on leaving. */
export function CodePanel({ reference, profile, isBusy, onCode, onLater }: Props) {
  const { t } = useText();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [isEmpty, setEmpty] = useState(true);
  const name = profile.download?.code ?? t('window.services.code');
  useEffect(() => {
    const element = form.current;
    return () => element?.reset();
  }, []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('code');
    const code = typeof typed === 'string' ? typed.trim() : '';
    if (code === '') return;
    event.currentTarget.reset();
    setEmpty(true);
    onCode(code);
  };
  return (
    <Panel
      title={t('window.renewal.code.title', { name })}
      hint={t('window.renewal.code.hint', {
        name,
        number: profile.download?.number ?? t('window.services.reference'),
        reference,
      })}
    >
      <form ref={form} className="stack form" onSubmit={submit}>
        <label htmlFor={id} className="visually-hidden">
          {name}
        </label>
        <input
          id={id}
          name="code"
          className="code-field"
          maxLength={256}
          autoComplete="one-time-code"
          spellCheck={false}
          autoFocus
          onInput={(event) => setEmpty(event.currentTarget.value.trim() === '')}
        />
        {profile.download?.note != null && <p className="muted">{profile.download.note}</p>}
        <div className="actions">
          <Button type="primary" htmlType="submit" disabled={isEmpty || isBusy}>
            {t('window.renewal.next')}
          </Button>
          <Button disabled={isBusy} onClick={onLater}>
            {t('window.renewal.later')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
