import { Button, Progress } from 'antd';
import { useEffect, useState } from 'react';
import type { EnvironmentReport, PlannedRepairView } from '../../../contract/views/environment-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useClient, useWindow } from '../../state/use-window.ts';
import { FindingCard } from './FindingCard.tsx';
import { FineFindings } from './FineFindings.tsx';
import { RepairPreview } from './RepairPreview.tsx';
import { RepairRecords } from './RepairRecords.tsx';
import { ReportCard } from './ReportCard.tsx';
import { Summary } from './Summary.tsx';
import './environment.css';

/** What a clerk notices comes first, what works last; nothing is changed before it was shown. */
export function EnvironmentScreen() {
  const { t } = useText();
  const environment = useWindow((state) => state.environment);
  const { call, error, isBusy } = useCall();
  const progress = environment?.progress ?? null;
  const report = environment?.report ?? null;
  const plan = usePlan(report);
  const [touched, setTouched] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [isPreviewing, setPreviewing] = useState(false);
  const chosen = plan.filter(
    ({ repair, ticked, refused }) => refused === null && (touched.get(repair) ?? ticked),
  );
  const isRunning = progress !== null;
  const start = () => void call('environment.check', {});

  return (
    <Page
      title={t('window.nav.environment')}
      lead={report === null || isRunning ? t('window.environment.lead') : <Summary report={report} />}
      actions={
        <>
          <BackToRenewal />
          {isRunning && (
            <Button onClick={() => void call('environment.cancel', {})}>
              {t('window.environment.cancel')}
            </Button>
          )}
          {!isRunning && (
            <Button onClick={() => void call('environment.checkBrowser', {})}>
              {t('window.environment.browser')}
            </Button>
          )}
          {!isRunning && (
            <Button type={chosen.length === 0 ? 'primary' : 'default'} onClick={start} loading={isBusy}>
              {t(report === null ? 'window.environment.start' : 'window.environment.again')}
            </Button>
          )}
          {!isRunning && chosen.length > 0 && (
            <Button type="primary" onClick={() => setPreviewing(true)}>
              {t('window.environment.repairAll', { count: chosen.length })}
            </Button>
          )}
        </>
      }
    >
      {error !== null && <ErrorNote error={error} />}
      {report === null && !isRunning && <Card>{t('window.environment.first')}</Card>}
      {isRunning && (
        <Card>
          <div aria-live="polite">{t('window.environment.running', { title: progress.title })}</div>
          <Progress
            percent={progress.total === 0 ? 0 : Math.round((100 * progress.done) / progress.total)}
            format={() => t('window.environment.count', { ...progress })}
          />
        </Card>
      )}
      {report !== null && (
        <Findings
          report={report}
          plan={plan}
          isChosen={(repair) => chosen.some((one) => one.repair === repair)}
          onChoose={(repair, isOn) => setTouched(new Map(touched).set(repair, isOn))}
        />
      )}
      {report !== null && !isRunning && <ReportCard />}
      <RepairRecords key={report?.at ?? ''} />
      {isPreviewing && <RepairPreview repairs={chosen} onClose={() => setPreviewing(false)} />}
    </Page>
  );
}

/** A renewal waits until what stands in its way is settled. */
function BackToRenewal() {
  const { t } = useText();
  const isRenewal = useWindow(({ renewal }) => renewal?.question?.kind === 'obstacles');
  const isAccompanied = useWindow(({ accompaniment }) => accompaniment?.question?.kind === 'obstacles');
  if (!isRenewal && !isAccompanied) return null;
  return (
    <Button onClick={() => navigate(isRenewal ? 'renewal' : 'accompany')}>
      {t('window.renewal.obstacles.back')}
    </Button>
  );
}

/** Asked for anew after every check: what is mended needs no repair. */
function usePlan(report: EnvironmentReport | null): readonly PlannedRepairView[] {
  const client = useClient();
  const [plan, setPlan] = useState<readonly PlannedRepairView[]>([]);
  const at = report?.at ?? null;
  useEffect(() => {
    if (at === null) return;
    let isLate = false;
    void client.call('repair.plan', {}).then((answer) => {
      if (!isLate) setPlan(answer.ok ? answer.value : []);
    });
    return () => {
      isLate = true;
    };
  }, [client, at]);
  return at === null ? [] : plan;
}

interface FindingsProps {
  readonly report: EnvironmentReport;
  readonly plan: readonly PlannedRepairView[];
  readonly isChosen: (repair: string) => boolean;
  readonly onChoose: (repair: string, isOn: boolean) => void;
}

const SHOWN = ['problem', 'advice', 'unknown'] as const;

function Findings({ report, plan, isChosen, onChoose }: FindingsProps) {
  const { t } = useText();
  const worth = SHOWN.flatMap((status) => report.findings.filter((finding) => finding.status === status));
  // Asked for by itself, so that its answer is not folded away.
  const page = report.findings.find(({ id }) => id === 'browser.page');
  return (
    <>
      {page?.status === 'ok' && (
        <Card tone="ok">
          <strong>{page.title}</strong>
          <p>{page.message}</p>
        </Card>
      )}
      {worth.length === 0 && <Card tone="ok">{t('window.environment.allFine')}</Card>}
      {worth.map((finding) => {
        const repair = plan.find((one) => one.check === finding.id) ?? null;
        return (
          <FindingCard
            key={finding.id}
            finding={finding}
            repair={repair}
            isChosen={repair !== null && isChosen(repair.repair)}
            onChoose={(isOn) => repair !== null && onChoose(repair.repair, isOn)}
          />
        );
      })}
      <FineFindings findings={report.findings.filter(({ status }) => status === 'ok')} />
    </>
  );
}
