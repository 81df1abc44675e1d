import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import type { OpeningView } from '../../../contract/views/notice-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { useText } from '../../i18n/use-text.ts';
import { judgeBid, namedOpening, NO_BID_STATE, type BidVerdict } from './bid-model.ts';
import { BidAdviceNote } from './BidAdviceNote.tsx';
import { BidQuestion } from './BidQuestion.tsx';
import { Callout } from './Callout.tsx';
import { Panel } from './Panel.tsx';

interface Props {
  /** As the machine names them: `oldRevoked`, `pointOfNoReturn`, `besideOthers`. */
  readonly consents: readonly string[];
  readonly profile: Profile;
  /** The certificate to be renewed; null: a first issue. */
  readonly before: { readonly sha256: string; readonly notAfter: string } | null;
  readonly isBusy: boolean;
  /** @param opening what to remember of a bid; null: nothing */
  readonly onAgree: (opening: OpeningView | null) => void;
  readonly onLater: (opening: OpeningView | null) => void;
}

/** Told before anything is paid. Each consent is given by its own act; nothing is ticked beforehand. */
export function ConsentPanel({ consents, profile, before, isBusy, onAgree, onLater }: Props) {
  const { t } = useText();
  const [bid, setBid] = useState(NO_BID_STATE);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const asksBid = consents.includes('oldRevoked') && before !== null;
  const notAfter = before === null ? 0 : Date.parse(before.notAfter);
  const verdict: BidVerdict = asksBid ? judgeBid(bid, notAfter) : 'clear';
  const ticks = [...TICKED.filter((consent) => consents.includes(consent)), ...KNOWINGLY[verdict]];
  const isReady = verdict !== 'incomplete' && ticks.every((consent) => ticked.includes(consent));

  const tick = (consent: Tick, isOn: boolean) =>
    setTicked((now) => [...now.filter((other) => other !== consent), ...(isOn ? [consent] : [])]);
  const opening = (remindAfter: boolean) =>
    before === null ? null : namedOpening(bid, before.sha256, remindAfter);

  return (
    <Panel
      title={t(asksBid ? 'window.renewal.bid.question' : 'window.renewal.consent.title')}
      hint={asksBid ? t(`window.renewal.bid.revoked.${profile.renewal.oldRevokedAt}`) : undefined}
    >
      {asksBid && (
        <BidQuestion
          state={bid}
          notAfter={notAfter}
          onChange={(next) => {
            setBid(next);
            tick('knowingly', false);
          }}
        />
      )}
      {before !== null && <BidAdviceNote verdict={verdict} bid={bid} notAfter={before.notAfter} />}
      {ticks.map((consent) => (
        <div className="stack-tight" key={consent}>
          {consent !== 'knowingly' && (
            <Callout
              tone={consent === 'pointOfNoReturn' ? 'problem' : 'info'}
              title={
                (consent === 'besideOthers' ? profile.prompts.overwrite : null) ??
                t(`window.renewal.consent.${consent}.title`)
              }
            >
              {t(`window.renewal.consent.${consent}`)}
            </Callout>
          )}
          <Checkbox
            checked={ticked.includes(consent)}
            onChange={(event) => tick(consent, event.target.checked)}
          >
            {t(`window.renewal.consent.tick.${consent}`)}
          </Checkbox>
        </div>
      ))}
      <div className="actions">
        {AGAINST.has(verdict) && (
          <Button type="primary" disabled={isBusy} onClick={() => onLater(opening(true))}>
            {t(verdict === 'findOut' ? 'window.renewal.bid.later' : 'window.renewal.bid.remindMe')}
          </Button>
        )}
        <Button
          type={AGAINST.has(verdict) ? 'default' : 'primary'}
          disabled={isBusy || !isReady}
          onClick={() => onAgree(opening(false))}
        >
          {t(AGAINST.has(verdict) ? 'window.renewal.bid.anyway' : 'window.renewal.consent.agree')}
        </Button>
        {!AGAINST.has(verdict) && (
          <Button disabled={isBusy} onClick={() => onLater(null)}>
            {t('window.renewal.later')}
          </Button>
        )}
      </div>
    </Panel>
  );
}

const TICKED = ['pointOfNoReturn', 'besideOthers'] as const;
type Tick = (typeof TICKED)[number] | 'knowingly';

/** Verdicts after which going on needs a tick of its own; where the main action is to wait, its button says so. */
const KNOWINGLY: Readonly<Record<BidVerdict, readonly Tick[]>> = {
  incomplete: [],
  clear: [],
  renewFirst: [],
  findOut: [],
  renewAfterOpening: [],
  renewAndRedo: ['knowingly'],
  keepKeyFile: ['knowingly'],
};

/** Where not renewing now is the main action. */
const AGAINST: ReadonlySet<BidVerdict> = new Set<BidVerdict>(['renewAfterOpening', 'findOut']);
