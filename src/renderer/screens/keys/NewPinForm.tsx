// Old (or administrator's) PIN, new PIN twice. The values are read from the fields once, go into one call, and the
// fields are empty afterwards, whatever came of it.

import { Button } from 'antd';
import { useRef, useState, type SubmitEvent } from 'react';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { pinWeakness, type PinWeakness } from '../../../core/token/new-pin.ts';
import { LastTryConsent } from '../../components/pin-dialog/LastTryConsent.tsx';
import { PinField } from '../../components/pin-dialog/PinField.tsx';
import { useText } from '../../i18n/use-text.ts';

export interface NewPinTyped {
  /** Old or administrator's PIN. */
  readonly first: string;
  readonly newPin: string;
  readonly acceptLastTry: boolean;
}

interface NewPinFormProps {
  readonly token: TokenCard;
  readonly profile: Profile;
  readonly firstLabel: string;
  readonly submitLabel: string;
  readonly isBusy: boolean;
  /** One more wrong first PIN locks something: the person has to agree. */
  readonly isLastTry: boolean;
  readonly onSubmit: (typed: NewPinTyped) => void;
}

type Objection = PinWeakness | 'differs';

export function NewPinForm(props: NewPinFormProps) {
  const { token, profile, firstLabel, submitLabel, isBusy, isLastTry, onSubmit } = props;
  const { t } = useText();
  const first = useRef<HTMLInputElement>(null);
  const newPin = useRef<HTMLInputElement>(null);
  const repeated = useRef<HTMLInputElement>(null);
  const [lengths, setLengths] = useState({ first: 0, newPin: 0, repeated: 0 });
  const [objection, setObjection] = useState<Objection | null>(null);
  const [isConsentGiven, setConsentGiven] = useState(false);
  const limits = pinLimits(token, profile);
  const isFilled = lengths.first > 0 && lengths.newPin > 0 && lengths.repeated > 0;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const typed = { first: valueOf(first), newPin: valueOf(newPin), repeated: valueOf(repeated) };
    const found = objectionTo(typed, limits, profile);
    setObjection(found);
    if (found !== null) return;
    for (const field of [first, newPin, repeated]) if (field.current !== null) field.current.value = '';
    setLengths({ first: 0, newPin: 0, repeated: 0 });
    setConsentGiven(false);
    onSubmit({ first: typed.first, newPin: typed.newPin, acceptLastTry: isLastTry && isConsentGiven });
  };
  const measured = (name: keyof typeof lengths) => (bytes: number) =>
    setLengths((state) => ({ ...state, [name]: bytes }));

  return (
    <form className="pin-form new-pin" onSubmit={submit}>
      <PinField label={firstLabel} field={first} onLength={measured('first')} />
      {isLastTry && <LastTryConsent isGiven={isConsentGiven} onChange={setConsentGiven} />}
      <PinField label={t('window.newPin.new')} field={newPin} onLength={measured('newPin')} />
      <p className="muted">{profile.pin.rule ?? t('window.newPin.rule', { ...limits })}</p>
      <PinField label={t('window.newPin.repeat')} field={repeated} onLength={measured('repeated')} />
      <div role="alert" className="new-pin-objection">
        {objection !== null && t(`window.newPin.${objection}`, { ...limits })}
      </div>
      <div>
        <Button
          type="primary"
          htmlType="submit"
          loading={isBusy}
          disabled={!isFilled || (isLastTry && !isConsentGiven)}
        >
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

interface Limits {
  readonly minLength: number | null;
  readonly maxLength: number | null;
}

/** What the key says, else what the CA says. */
function pinLimits({ pin }: TokenCard, { pin: guidance }: Profile): Limits {
  return {
    minLength: pin.minLength ?? guidance.minLength,
    maxLength: pin.maxLength ?? guidance.maxLength,
  };
}

function objectionTo(
  typed: { readonly first: string; readonly newPin: string; readonly repeated: string },
  limits: Limits,
  { pin }: Profile,
): Objection | null {
  if (typed.newPin !== typed.repeated) return 'differs';
  return pinWeakness({
    oldPin: encode(typed.first),
    newPin: encode(typed.newPin),
    ...limits,
    initial: pin.initial.map((known) => encode(known.pin)),
  });
}

function valueOf(field: { readonly current: HTMLInputElement | null }): string {
  return field.current?.value ?? '';
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
