import { Button } from 'antd';
import { useId, useRef, useState, type DragEvent } from 'react';
import { MAX_DOCUMENT_BYTES } from '../../../contract/document-limit.ts';
import type { Verification } from '../../../contract/views/seal-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useShownProfile } from '../../state/shown-profile.ts';
import { readBase64 } from './read-base64.ts';
import { VerificationPanel } from './VerificationPanel.tsx';

interface Verified {
  readonly fileName: string;
  readonly verification: Verification;
}

/** 验证文件: any PDF, OFD, seal or signature, dropped or chosen. Needs no key. */
export function VerifyFile() {
  const { t } = useText();
  const { call, isBusy, error, clearError } = useCall();
  const profile = useShownProfile();
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const [verified, setVerified] = useState<Verified | null>(null);
  const [refused, setRefused] = useState<AppError | null>(null);
  const [isOver, setOver] = useState(false);

  const verify = async (file: File | undefined) => {
    if (file === undefined || isBusy) return;
    setVerified(null);
    clearError();
    const content = file.size > MAX_DOCUMENT_BYTES ? null : await readBase64(file);
    if (content === null || content === '') {
      setRefused(
        file.size > MAX_DOCUMENT_BYTES
          ? { code: 'document.tooLarge', limit: MAX_DOCUMENT_BYTES }
          : { code: 'document.unreadable', reason: t('window.verify.empty') },
      );
      return;
    }
    setRefused(null);
    const answer = await call('document.verify', { content });
    if (answer.ok) setVerified({ fileName: file.name, verification: answer.value });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void verify(event.dataTransfer.files[0]);
  };

  const problem = refused ?? error;
  return (
    <Card title={t('window.verify.title')}>
      <div className="stack">
        <div
          className="seal-drop"
          data-over={isOver}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <p id={hint}>{t('window.verify.drop')}</p>
          <Button aria-describedby={hint} loading={isBusy} onClick={() => input.current?.click()}>
            {t('window.verify.choose')}
          </Button>
          <p className="muted seal-small">{t('window.verify.kept')}</p>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={t('window.verify.choose')}
            accept=".pdf,.ofd,.esl,.dat,.p7,.p7s,.p7m,.sig"
            onChange={(event) => {
              void verify(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </div>
        {problem !== null && <ErrorNote error={problem} profile={profile} />}
        {verified !== null && <VerificationPanel {...verified} />}
      </div>
    </Card>
  );
}
