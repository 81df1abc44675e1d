import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { useRead } from '../../state/use-read.ts';
import { summariseSeals } from './seal-summary.ts';

interface Props {
  readonly token: TokenCard;
}

/** Reads without a PIN; again when what is on the key changed. */
function useSeals({ id, certificates }: TokenCard) {
  return summariseSeals(
    useRead('seal.list', { token: id }, certificates.map(({ sha256 }) => sha256).join()).answer,
  );
}

/** A line in the card of a key. */
export function SealRow({ token }: Props) {
  const { t } = useText();
  const { state, tone, seal } = useSeals(token);
  return (
    <>
      <dt>{t('window.home.seal')}</dt>
      <dd className="row">
        {seal?.name}
        <StateTag tone={tone}>{t(`window.home.seal.${state}`)}</StateTag>
      </dd>
    </>
  );
}

/** Whose seal, who made it, whether it goes with the certificate, and when it was last tried out. */
export function SealStatus({ token }: Props) {
  const { t } = useText();
  const { state, tone, seal, count } = useSeals(token);
  const { answer } = useRead('seal.lastTests', {});
  const last = answer?.ok === true ? answer.value.find((test) => test.token === token.id) : undefined;
  return (
    <Card
      size="small"
      title={t('window.home.seal')}
      aside={<StateTag tone={tone}>{t(`window.home.seal.${state}`)}</StateTag>}
    >
      {seal !== null && (
        <p>{count > 1 ? t('window.home.seal.several', { name: seal.name, count }) : seal.name}</p>
      )}
      <p className="muted">{t(`window.home.seal.${state}.note`, { maker: seal?.maker ?? null })}</p>
      <p className="muted">
        {last === undefined
          ? t('window.home.seal.untested')
          : t(last.ok ? 'window.home.seal.passed' : 'window.home.seal.failed', {
              day: beijingDay(last.at),
            })}{' '}
        <a href={formatRoute('seal', { token: token.id })}>{t('window.nav.seal')}</a>
      </p>
    </Card>
  );
}
