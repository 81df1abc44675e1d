import { DatePicker, Radio } from 'antd';
import { useText } from '../../i18n/use-text.ts';
import { asksUpload, type BidAnswer, type BidState } from './bid-model.ts';
import { ChoiceCard } from './ChoiceCard.tsx';

interface Props {
  readonly state: BidState;
  /** End of the certificate, epoch milliseconds. */
  readonly notAfter: number;
  readonly onChange: (state: BidState) => void;
}

const ANSWERS = ['none', 'some', 'unsure'] as const satisfies readonly BidAnswer[];
const UPLOADS = ['notUploaded', 'canRedo', 'cannotRedo'] as const;

/** 有没有已经加密、还没开标的标书？ With the opening, and whether the bid is uploaded where that matters. */
export function BidQuestion({ state, notAfter, onChange }: Props) {
  const { t } = useText();
  const opening = (
    <span className="row">
      <label htmlFor="opening">{t('window.renewal.bid.opening')}</label>
      <DatePicker
        id="opening"
        size="small"
        showTime={{ format: 'HH:mm', minuteStep: 5 }}
        format="YYYY-MM-DD HH:mm"
        needConfirm={false}
        placeholder={t('window.renewal.bid.openingHint')}
        onChange={(_value, text) =>
          onChange({ ...state, opening: typeof text === 'string' ? text : '', upload: null })
        }
      />
    </span>
  );
  return (
    <>
      <Radio.Group
        className="choices"
        aria-label={t('window.renewal.bid.question')}
        value={state.answer}
        onChange={(event) => onChange({ ...state, answer: event.target.value as BidAnswer })}
      >
        {ANSWERS.map((answer) => (
          <ChoiceCard
            key={answer}
            value={answer}
            isChosen={state.answer === answer}
            extra={answer === 'some' && opening}
          >
            {t(`window.renewal.bid.${answer}`)}
          </ChoiceCard>
        ))}
      </Radio.Group>
      {asksUpload(state, notAfter) && (
        <div className="stack-tight">
          <strong>{t('window.renewal.bid.upload')}</strong>
          <Radio.Group
            className="choices-plain"
            aria-label={t('window.renewal.bid.upload')}
            value={state.upload}
            onChange={(event) => onChange({ ...state, upload: event.target.value as BidState['upload'] })}
            options={UPLOADS.map((upload) => ({
              value: upload,
              label: t(`window.renewal.bid.upload.${upload}`),
            }))}
          />
        </div>
      )}
    </>
  );
}
