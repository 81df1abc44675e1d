import { Page } from '../../components/Page.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';
import type { TokenSnapshot } from '../../../contract/views/token-views.ts';
import { byUrgency, shownCertificate } from '../../state/main-action.ts';
import { EnvironmentStatus } from './EnvironmentStatus.tsx';
import { EmptyHome } from './EmptyHome.tsx';
import { HomeLead } from './HomeLead.tsx';
import { KeyCard } from './KeyCard.tsx';
import { PinStatus } from './PinStatus.tsx';
import { ProfileQuestion } from './ProfileQuestion.tsx';
import { SealStatus } from './SealStatus.tsx';
import { DriverProblems, Strangers } from './Unreadable.tsx';

/** A card per key, with the one right thing to do. */
export function HomeScreen() {
  const { t } = useText();
  const tokens = useWindow((state) => state.tokens);
  return (
    <Page title={t('window.nav.home')} lead={<HomeLead snapshot={tokens} />}>
      {tokens === null ? <NotRead /> : <Keys snapshot={tokens} />}
    </Page>
  );
}

function Keys({ snapshot }: { readonly snapshot: TokenSnapshot }) {
  const { problems, strangers } = snapshot;
  const tokens = byUrgency(snapshot.tokens);
  const [first] = tokens;
  const isOnly = tokens.length === 1;
  return (
    <>
      {tokens.map((token) => (
        <ProfileQuestion key={token.id} token={token} />
      ))}
      {tokens.map((token, index) => (
        <KeyCard key={token.id} token={token} isFirst={index === 0} isOnly={isOnly} at={snapshot.at} />
      ))}
      {first !== undefined && (
        <div className="statuses">
          <EnvironmentStatus now={snapshot.at} />
          {isOnly && shownCertificate(first) !== null && (
            <>
              <SealStatus token={first} />
              <PinStatus token={first} />
            </>
          )}
        </div>
      )}
      <Strangers strangers={strangers} />
      <DriverProblems problems={problems} />
      {tokens.length === 0 && <EmptyHome away={snapshot.away} />}
    </>
  );
}

function NotRead() {
  const { t } = useText();
  const problem = useWindow((state) => state.tokensProblem);
  const { call, isBusy } = useCall();
  if (problem === null) return null;
  return (
    <ErrorNote error={problem}>
      <button type="button" className="link" disabled={isBusy} onClick={() => void call('token.refresh', {})}>
        {t('window.retry')}
      </button>
    </ErrorNote>
  );
}
