import type { ReactNode } from 'react';
import type { AppError } from '../../core/errors/codes.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { useText } from '../i18n/use-text.ts';
import { Icon } from './Icon.tsx';
import './error-note.css';

interface ErrorNoteProps {
  readonly error: AppError;
  /** Whose hotline is named; none where it has none. */
  readonly profile?: Profile;
  /** Buttons that carry out the next step. */
  readonly children?: ReactNode;
}

/** What happened, what to do now, the number to read over the telephone, and whom to call. */
export function ErrorNote({ error, profile, children }: ErrorNoteProps) {
  const { t, describe } = useText();
  const { message, advice, number } = describe(error);
  const hotline = profile === undefined ? null : hotlineFor(error, profile);
  return (
    <div className="error-note" role="alert">
      <Icon name="warning" size={20} />
      <div className="stack-tight">
        <p className="error-note-message">{message}</p>
        <p>{advice}</p>
        <p className="error-note-support">
          {t('window.error.number', { number })}
          {hotline !== null && (
            <>
              {' · '}
              {t('window.hotline', { phone: hotline })}
            </>
          )}
        </p>
        {children !== undefined && <div className="row">{children}</div>}
      </div>
    </div>
  );
}

/** Certificates and seals may have different hotlines. */
function hotlineFor({ code }: AppError, { contact }: Profile): string | null {
  const isSeal = code.startsWith('seal.');
  return (isSeal ? contact.sealHotline : null) ?? contact.hotline;
}
