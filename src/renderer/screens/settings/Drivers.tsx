import { Button } from 'antd';
import type { DriverView } from '../../../contract/views/application-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useRead } from '../../state/use-read.ts';
import { AddDriver } from './AddDriver.tsx';

/** Drivers that were found and that the person added: what answers, and what to do about what does not. */
export function Drivers() {
  const { t } = useText();
  const { answer, take, refresh } = useRead('driver.list', {});
  const { call, isBusy, error } = useCall();
  const drivers = answer?.ok === true ? answer.value : null;
  const lookAgain = async () => {
    await call('token.refresh', {});
    refresh();
  };
  const remove = async (module: string) => {
    const told = await call('driver.remove', { module });
    if (told.ok) take(told);
  };
  return (
    <Card
      title={t('window.drivers')}
      aside={
        <button type="button" className="link" disabled={isBusy} onClick={() => void lookAgain()}>
          {t('window.drivers.again')}
        </button>
      }
    >
      <div className="stack">
        <p className="muted">
          {t('window.drivers.about')}{' '}
          <a href={formatRoute('help', { part: 'components' })}>{t('window.home.stranger.install')}</a>
        </p>
        {answer === null && <p role="status">{t('window.drivers.reading')}</p>}
        {answer?.ok === false && <ErrorNote error={answer.error} />}
        {error !== null && <ErrorNote error={error} />}
        {drivers?.length === 0 && <p>{t('window.drivers.none')}</p>}
        {drivers !== null && drivers.length > 0 && (
          <ul className="driver-list">
            {drivers.map((driver) => (
              <Driver
                key={`${driver.kind} ${driver.module}`}
                driver={driver}
                isBusy={isBusy}
                onRemove={() => void remove(driver.module)}
              />
            ))}
          </ul>
        )}
        <AddDriver onAdded={take} />
      </div>
    </Card>
  );
}

interface DriverProps {
  readonly driver: DriverView;
  readonly isBusy: boolean;
  readonly onRemove: () => void;
}

function Driver({ driver, isBusy, onRemove }: DriverProps) {
  const { t, describe } = useText();
  const { kind, module, problem, tokens, isAdded } = driver;
  const described = problem === null ? null : describe(problem);
  return (
    <li className="driver">
      <div className="stack-tight">
        <p className="row">
          {described === null ? (
            <StateTag tone="ok">{t('window.drivers.answers')}</StateTag>
          ) : (
            <StateTag tone="problem">{t('window.drivers.failed')}</StateTag>
          )}
          <strong>{fileName(module)}</strong>
          <span className="muted">{t(`window.drivers.kind.${kind}`)}</span>
        </p>
        <p className="muted driver-path">{module}</p>
        {described === null ? (
          <p>
            {tokens.length === 0
              ? t('window.drivers.noKey')
              : t('window.drivers.keys', { keys: tokens.join('、') })}
          </p>
        ) : (
          <>
            <p>{described.message}</p>
            <p>
              {described.advice} {t('window.error.number', { number: described.number })}
            </p>
          </>
        )}
      </div>
      {isAdded && (
        <Button size="small" disabled={isBusy} onClick={onRemove}>
          {t('window.drivers.remove')}
        </Button>
      )}
    </li>
  );
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
