import { useState } from 'react';
import type { SealTestView } from '../../../contract/views/seal-views.ts';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { useAskPin } from '../../components/pin-dialog/ask-pin.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';

export interface SealTesting {
  readonly isBusy: boolean;
  /** Why there was no test at all. */
  readonly error: AppError | null;
  readonly result: SealTestView | null;
  /** Asks for the PIN; `seal` null: one that fits. */
  start(seal: string | null): Promise<void>;
}

export function useSealTest(token: TokenCard, profile: Profile): SealTesting {
  const { t } = useText();
  const askPin = useAskPin();
  const { call, isBusy, error } = useCall();
  const [result, setResult] = useState<SealTestView | null>(null);
  return {
    ...{ isBusy, error, result },
    async start(seal) {
      const typed = await askPin({
        title: t('window.seal.pin'),
        subject: token.label,
        token: token.id,
        pin: token.pin,
        previous: error?.code.startsWith('pin.') === true ? error : null,
        profile,
      });
      if (typed === null) return;
      setResult(null);
      const tested = await call('seal.test', { token: token.id, seal, ...typed });
      if (tested.ok) setResult(tested.value);
    },
  };
}
