import type { AppError } from '../../../core/errors/codes.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { InView } from '../../components/InView.tsx';

interface NewPinOutcomeProps {
  readonly error: AppError | null;
  readonly profile: Profile;
  /** What was reached; null: nothing yet. */
  readonly done: string | null;
}

/** Under a form for a new PIN: why it was not taken, or that it was. */
export function NewPinOutcome({ error, profile, done }: NewPinOutcomeProps) {
  return (
    <>
      {error !== null && (
        <InView>
          <ErrorNote error={error} profile={profile} />
        </InView>
      )}
      <div role="status">
        {done !== null && (
          <InView>
            <p className="done-note tone-ok">{done}</p>
          </InView>
        )}
      </div>
    </>
  );
}
