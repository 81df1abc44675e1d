import { Button } from 'antd';
import { useState } from 'react';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import { saveKeepsake } from '../../api/save-keepsake.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate, useRoute } from '../../router/route.ts';
import { mainCertificate } from '../../state/shown-profile.ts';
import { useRead } from '../../state/use-read.ts';
import { useProfile, useWindow } from '../../state/use-window.ts';
import { BeforeTest } from './BeforeTest.tsx';
import { SamplePage } from './SamplePage.tsx';
import { SealPanel } from './SealPanel.tsx';
import { TestResult } from './TestResult.tsx';
import { useSealTest } from './use-seal-test.ts';
import { VerifyFile } from './VerifyFile.tsx';
import './seal.css';

/** `#/seal?token=…`: the test of that key; without it, or when it was pulled, of the first. */
export function SealScreen() {
  const { t } = useText();
  const { parameters } = useRoute();
  const snapshot = useWindow(({ tokens }) => tokens);
  const tokens = snapshot?.tokens ?? [];
  const token = tokens.find(({ id }) => id === parameters['token']) ?? tokens[0];
  if (token !== undefined) return <KeyTest key={token.id} token={token} tokens={tokens} />;
  return (
    <Page title={t('window.nav.seal')} lead={t('window.seal.lead')}>
      <Card title={t('window.home.plugIn')}>
        <p className="muted">{t(snapshot === null ? 'window.home.reading' : 'window.seal.noKey')}</p>
      </Card>
      <VerifyFile />
    </Page>
  );
}

interface KeyTestProps {
  readonly token: TokenCard;
  readonly tokens: readonly TokenCard[];
}

function KeyTest({ token, tokens }: KeyTestProps) {
  const { t } = useText();
  const certificate = mainCertificate(token);
  const profile = useProfile(certificate?.profile);
  const reading = useRead('seal.list', { token: token.id });
  const { isBusy, error, result, start } = useSealTest(token, profile);
  const listed = reading.answer?.ok === true ? reading.answer.value.seals : [];
  const [picked, setPicked] = useState<string | null>(null);
  const fitting = listed.find(({ fitsCurrent, state }) => fitsCurrent === true && state === 'valid');
  const chosen = listed.length > 1 ? (picked ?? fitting?.id ?? null) : null;
  const page = result?.page ?? null;
  const seals = <SealPanel {...{ token, profile, reading, chosen }} onChoose={setPicked} />;
  return (
    <Page
      title={t('window.nav.seal')}
      lead={t('window.seal.lead')}
      actions={
        <>
          {page !== null && (
            <Button
              onClick={() =>
                saveKeepsake({
                  fileName: t('window.seal.page.fileName'),
                  mediaType: 'application/pdf',
                  content: page,
                })
              }
            >
              {t('window.seal.export.page')}
            </Button>
          )}
          <Button
            type="primary"
            loading={isBusy}
            disabled={certificate === null || token.pin.state === 'locked'}
            onClick={() => void start(chosen)}
          >
            {t(result === null ? 'window.seal.start' : 'window.seal.again')}
          </Button>
        </>
      }
    >
      {tokens.length > 1 && <KeyChoice token={token} tokens={tokens} />}
      {error !== null && <ErrorNote error={error} profile={profile} />}
      {result === null ? (
        <div className="seal-columns" data-state="before">
          {seals}
          <BeforeTest isBusy={isBusy} token={token} />
        </div>
      ) : (
        <>
          <div className="seal-columns">
            {page !== null && <SamplePage key={result.at} page={page} />}
            <TestResult result={result} />
          </div>
          {seals}
        </>
      )}
      <VerifyFile />
    </Page>
  );
}

function KeyChoice({ token, tokens }: KeyTestProps) {
  const { t } = useText();
  return (
    <fieldset className="seal-keys">
      <legend className="muted">{t('window.seal.key')}</legend>
      {tokens.map((each) => (
        <label key={each.id} className="choice">
          <input
            type="radio"
            name="token"
            checked={each.id === token.id}
            onChange={() => navigate('seal', { token: each.id })}
          />
          {mainCertificate(each)?.commonName ?? each.label} · {each.label}
        </label>
      ))}
    </fieldset>
  );
}
