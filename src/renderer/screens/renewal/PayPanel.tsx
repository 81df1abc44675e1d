import { Button } from 'antd';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Panel } from './Panel.tsx';
import { QrCode } from './QrCode.tsx';
import { yuan } from './wizard-model.ts';

interface Props {
  readonly view: RenewalView;
  readonly profile: Profile;
  readonly isPractice: boolean;
  readonly isBusy: boolean;
  readonly onPracticePay: (order: string) => void;
  readonly onCheck: () => void;
  readonly onLater: () => void;
}

/** The QR code and the wait for what follows: payment first, then the CA's review, which may take days. */
export function PayPanel({ view, profile, isPractice, isBusy, onPracticePay, onCheck, onLater }: Props) {
  const { t } = useText();
  const { payment, waiting } = view;
  const isUnpaid = payment !== null && (waiting === null || waiting.state === 'unpaid');
  if (!isUnpaid) {
    return (
      <Panel
        title={t('window.renewal.review.title')}
        hint={t('window.renewal.review.hint', {
          by: profile.review?.by ?? null,
          days: profile.review?.workingDays ?? null,
        })}
      >
        <WaitingLine view={view} profile={profile} />
        {profile.review?.progress != null && (
          <p>{t('window.renewal.review.progress', { where: profile.review.progress })}</p>
        )}
        <div className="actions">
          <Button type="primary" disabled={isBusy} onClick={onCheck}>
            {t('window.renewal.review.check')}
          </Button>
          <Button disabled={isBusy} onClick={onLater}>
            {t('window.renewal.review.leave')}
          </Button>
        </div>
      </Panel>
    );
  }
  return (
    <Panel title={t('window.renewal.pay.title')} hint={t('window.renewal.pay.hint')}>
      <div className="payment">
        <QrCode content={payment.qr} label={t('window.renewal.pay.qr')} />
        <div className="stack-tight">
          <span className="muted">{t('window.renewal.pay.amount')}</span>
          <span className="amount number">
            {t('window.renewal.pay.yuan', { amount: yuan(payment.amountFen) })}
          </span>
          <span>
            <span className="muted">{t('window.renewal.pay.order')}</span>{' '}
            <CopyText value={payment.order} what={t('window.renewal.pay.order')} />
          </span>
          <WaitingLine view={view} profile={profile} />
        </div>
      </div>
      <p className="muted">{t('window.renewal.pay.once')}</p>
      <div className="actions">
        {isPractice && (
          <Button type="primary" disabled={isBusy} onClick={() => onPracticePay(payment.order)}>
            {t('window.renewal.pay.practice')}
          </Button>
        )}
        <Button type={isPractice ? 'default' : 'primary'} disabled={isBusy} onClick={onCheck}>
          {t('window.renewal.pay.check')}
        </Button>
        <Button disabled={isBusy} onClick={onLater}>
          {t('window.renewal.later')}
        </Button>
      </div>
    </Panel>
  );
}

function WaitingLine({ view: { waiting }, profile }: Pick<Props, 'view' | 'profile'>) {
  const { t } = useText();
  if (waiting !== null && waiting.trouble !== null) {
    return (
      <ErrorNote error={waiting.trouble} profile={profile}>
        {t('window.renewal.wait.trouble')}
      </ErrorNote>
    );
  }
  return (
    <p role="status" className="row">
      {waiting !== null && (
        <>
          <span className="mark" data-state="busy" aria-hidden />
          {t(`window.order.state.${orderState(waiting.state)}`)}
        </>
      )}
    </p>
  );
}

const STATES = [
  'draft',
  'unpaid',
  'inReview',
  'approved',
  'issued',
  'confirmed',
  'rejected',
  'frozen',
] as const;

function orderState(state: string): (typeof STATES)[number] | 'unknown' {
  return STATES.find((known) => known === state) ?? 'unknown';
}
