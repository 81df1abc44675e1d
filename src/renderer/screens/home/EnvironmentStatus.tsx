import type { EnvironmentReport } from '../../../contract/views/environment-views.ts';
import { Card } from '../../components/Card.tsx';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import { beijingDay, beijingMinute } from '../../i18n/days.ts';
import { useText, type Words } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';

interface Props {
  /** When the window's state was told. */
  readonly now: string;
}

/** The last check of this computer; a new one runs here, and what it found is read on its own screen. */
export function EnvironmentStatus({ now }: Props) {
  const words = useText();
  const { t } = words;
  const { call, isBusy } = useCall();
  const report = useWindow(({ environment }) => environment?.report ?? null);
  const progress = useWindow(({ environment }) => environment?.progress ?? null);
  const [tone, state] = stateOf(report, words);
  return (
    <Card
      size="small"
      title={t('window.home.environment')}
      aside={progress === null ? <StateTag tone={tone}>{state}</StateTag> : null}
    >
      <p className="muted" role="status">
        {progress !== null
          ? t('window.home.environment.running', { done: progress.done, total: progress.total })
          : report === null
            ? t('window.home.environment.none')
            : t('window.home.environment.last', { at: moment(report.at, now, words), count: report.fine })}
      </p>
      <p>
        {report !== null && (
          <>
            <a href={formatRoute('environment')}>{t('window.home.environment.show')}</a>{' '}
          </>
        )}
        <button
          type="button"
          className="link"
          disabled={isBusy || progress !== null}
          onClick={() => void call('environment.check', {})}
        >
          {t(report === null ? 'window.environment.start' : 'window.environment.again')}
        </button>
      </p>
    </Card>
  );
}

function stateOf(report: EnvironmentReport | null, { t }: Words): readonly [Tone, string] {
  if (report === null) return ['quiet', t('window.home.environment.state.none')];
  if (report.problems > 0) return ['problem', t('window.environment.problems', { count: report.problems })];
  if (report.advice > 0) return ['warning', t('window.environment.advice', { count: report.advice })];
  return ['ok', t('window.environment.tag.ok')];
}

function moment(at: string, now: string, { t }: Words): string {
  const [day = '', time = ''] = beijingMinute(at).split(' ');
  return day === beijingDay(now) ? t('window.home.today', { time }) : `${day} ${time}`;
}
