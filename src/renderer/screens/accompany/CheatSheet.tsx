import { Button } from 'antd';
import type { AccompanyView } from '../../../contract/views/accompany-views.ts';
import { portalGuide } from '../../../core/profile/portal-guide.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { copyToClipboard, CopyText } from '../../components/CopyText.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useWindow } from '../../state/use-window.ts';

interface Props {
  readonly view: AccompanyView;
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onOpen: () => void;
}

/** 网厅办理小抄: where to go, what to type there, what to press, in the CA's order and words. */
export function CheatSheet({ view, profile, isBusy, onOpen }: Props) {
  const { t } = useText();
  const canOpen = useWindow(({ application }) => application?.capabilities.openPortal ?? false);
  const { portal, serial, flow, documents, review, writeButton, agreements } = portalGuide(
    profile,
    view.certificate?.serial ?? '',
  );
  const open = () => {
    // Copied first: the page that opens takes the focus, and with it the clipboard.
    if (serial !== '') void copyToClipboard(serial);
    onOpen();
  };
  const isWritten = view.stage !== 'portal';
  return (
    <Card title={t('window.accompany.sheet')}>
      <div className="stack">
        {portal?.address != null && <p className="number">{portal.address}</p>}
        {serial !== '' && (
          <p>
            <span className="muted">{t('window.accompany.serial')}</span>{' '}
            <CopyText value={serial} what={t('window.accompany.serial')} />
          </p>
        )}
        {portal?.address != null && canOpen && (
          <div>
            <Button type={isWritten ? 'default' : 'primary'} disabled={isBusy} onClick={open}>
              {t(view.opened === null ? 'window.accompany.open' : 'window.accompany.openAgain')}
            </Button>
          </div>
        )}
        {portal === null ? (
          <p>{t('accompany.portal.none')}</p>
        ) : (
          <div className="stack-tight">
            {portal.address?.startsWith('http:') === true && (
              <p className="muted">{t('accompany.portal.insecure')}</p>
            )}
            {portal.path.length > 0 && <p>{t('accompany.portal.path', { path: portal.path.join(' → ') })}</p>}
            {portal.note !== null && <p className="muted">{portal.note}</p>}
          </div>
        )}
        {flow.length > 0 && (
          <ol className="sheet">
            {flow.map(({ name, detail }) => (
              <li key={name}>
                {name}
                {detail !== null && <p className="muted">{detail}</p>}
              </li>
            ))}
          </ol>
        )}
        {writeButton !== null && <p>{t('window.accompany.writeButton', { button: writeButton })}</p>}
        {agreements.length > 0 && (
          <p className="muted">
            {t('window.accompany.agreements', { titles: agreements.map((title) => `《${title}》`).join('') })}
          </p>
        )}
        {documents.map(({ what, formats, note }) => (
          <p key={what} className="muted">
            {t('window.accompany.document', {
              what,
              formats: formats.length === 0 ? null : formats.join('/'),
              note,
            })}
          </p>
        ))}
        {review !== null && (
          <p className="muted">
            {t('window.accompany.review', {
              by: review.by,
              days: review.workingDays,
              progress: review.progress,
            })}
          </p>
        )}
        {profile.verificationQuestion !== null && <p className="muted">{profile.verificationQuestion}</p>}
      </div>
    </Card>
  );
}
