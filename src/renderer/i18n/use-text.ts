import { useMemo } from 'react';
import type { AppError } from '../../core/errors/codes.ts';
import {
  describeError,
  text,
  type ErrorDescription,
  type Locale,
  type TextKey,
  type TextParameters,
} from '../../contract/text.ts';
import { useWindow } from '../state/use-window.ts';

export interface Words {
  readonly locale: Locale;
  t(key: TextKey, parameters?: TextParameters): string;
  describe(error: AppError): ErrorDescription;
}

/** Sentences in the person's language. */
export function useText(): Words {
  const locale = useWindow((state) => state.application?.settings.locale ?? 'zh-CN');
  return useMemo(
    () => ({
      locale,
      t: (key, parameters) => text(key, parameters, locale),
      describe: (error) => describeError(error, locale),
    }),
    [locale],
  );
}
